"""The demo: a region where nobody is real, what `pln up` shows of it, and a tour of the network's main job."""
