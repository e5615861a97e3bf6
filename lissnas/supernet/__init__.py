"""Supernets and stand-alone networks in torch: built, trained and measured."""
