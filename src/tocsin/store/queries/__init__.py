"""All reads. The first argument is always the viewer; what they may not see is not there."""
