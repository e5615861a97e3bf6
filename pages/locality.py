"""Do architectures that are few edits apart perform alike? Curves and a walk."""

import streamlit as st

from lissnas import ui

ui.page("Locality")
st.title("Do similar networks perform alike?", anchor=False)
st.markdown(
    "LISSNAS rests on **locality**: architectures that are few edits apart reach "
    "similar accuracies. Here it is measured, for any spaces and tasks side by side."
)

choice = ui.locality_choice()

if not choice.subjects:
    st.info("Choose what to compare above.", icon=":material/arrow_upward:")
else:
    found = ui.measured(choice)
    if found:
        ui.words_panel(found)
        ui.rwa_panel(found, choice)
        ui.walks_panel(found, choice)
    ui.walk_panel(choice)
