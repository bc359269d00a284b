"""The log of a radio room, HF or VHF."""
