"""The devices in a guest's XML, and their names."""

from __future__ import annotations

from .errors import XMLSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

#: Attributes of a disk's source that libvirt takes for the disk's path.
_PATHS = ("file", "dev", "dir", "name")


class Device:
    """A device of a guest. Two are equal when they are the same device of one run of the guest."""

    __slots__ = ("alias", "is_disk", "is_ready", "mac", "names", "target")

    def __init__(self, element: Element) -> None:
        self.is_disk = element.tag == "disk"
        #: None in a definition, unless the user has given one.
        self.alias = _attribute(element, "alias", "name")
        #: How the guest or the host calls it: "vda", "vnet0".
        self.target = _attribute(element, "target", "dev")
        #: An interface's MAC address, in lower case.
        self.mac = (_attribute(element, "mac", "address") or "").lower()
        #: All else that libvirt's calls take for it.
        self.names = set(_names(element))
        self.is_ready = _attribute(element, "mirror", "ready") == "yes"

    def goes_by(self, name: str) -> bool:
        return name in self.names or (bool(self.mac) and name.lower() == self.mac)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[object, ...]:
        return self.is_disk, self.alias, self.target, self.mac


class GuestXML:
    """A guest's XML: the devices of a running guest, or of its definition."""

    __slots__ = ("devices", "id")

    def __init__(self, text: str) -> None:
        root = _parsed(text)
        number = root.get("id", "")
        #: That of this run of the guest; -1 when it is not running.
        self.id = int(number) if number.isdecimal() else -1
        self.devices = [Device(element) for element in root.iterfind("devices/*")]

    def named(self, name: str) -> list[Device]:
        """The devices with a name: an alias, a target, a disk's path or image ("vda[2]"), a MAC address."""
        return [device for device in self.devices if device.goes_by(name)]

    def is_ready(self, target: str) -> bool:
        """Whether the daemon knows from QEMU that a disk's copy is complete: only then it accepts the pivot."""
        return any(device.is_disk and device.target == target and device.is_ready for device in self.devices)


def describes(text: str, name: str) -> bool:
    """Whether the XML of one device gives it this name; False for text that is not XML."""
    try:
        return Device(_parsed(text)).goes_by(name)
    except XMLSyntaxError:
        return False


def _parsed(text: str) -> Element:
    from xml.etree.ElementTree import ParseError, fromstring  # not light

    try:
        return fromstring(text.encode("utf-8", "surrogateescape"))
    except ParseError as error:
        raise XMLSyntaxError(f"what should describe a guest or a device is no XML: {error}") from None


def _names(element: Element) -> Iterator[str]:
    for child, attribute in (("alias", "name"), ("target", "dev")):
        name = _attribute(element, child, attribute)
        if name:
            yield name
    if element.tag == "disk":
        yield from _disk_names(element)


def _disk_names(element: Element) -> Iterator[str]:
    for attribute in _PATHS:
        path = _attribute(element, "source", attribute)
        if path and path.startswith("/"):  # what does not is never taken for a path
            yield path
    target = _attribute(element, "target", "dev")
    for source in element.iter("source"):
        if index := source.get("index"):
            yield f"{target}[{index}]"


def _attribute(element: Element, child: str, attribute: str) -> str | None:
    found = element.find(child)
    return None if found is None else found.get(attribute)
