"""How `resnet50.h5` is made, in parts; `pretrain.py` is the command."""
