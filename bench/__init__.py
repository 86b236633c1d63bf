"""Speed, measured beside libvirt-python and a bare socket loop: `./dev bench`."""
