"""A guest's whole life with sysvirt: defined, booted, watched, saved, restored, shut down and removed.

    python examples/demo.py URI GUEST.xml SAVE-FILE

The guest is one that comes up with a shell on its serial console. The file is on the daemon's host, and gets
the guest's memory for a moment. `./dev demo` brings up a private daemon and such a guest for it.
"""

from __future__ import annotations

import argparse
import os
import queue
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sysvirt
from sysvirt import Connection, Domain, DomainEventType, LifecycleEvent, Stream

SHELL_PROMPT = re.compile(r"[^\s#$]*[#$] ")
PATIENCE = 120  # seconds; a guest without KVM on a busy machine takes its time


def main() -> int:
    parser = argparse.ArgumentParser(description="A guest's whole life with sysvirt.")
    parser.add_argument("uri", help="the libvirt daemon to use, such as qemu:///system")
    parser.add_argument("guest", type=Path, help="the definition of a guest, as XML")
    parser.add_argument("save", help="a path on the daemon's host for the guest's memory")
    options = parser.parse_args()
    try:
        with sysvirt.connect(options.uri, timeout=PATIENCE) as conn:
            Demo(conn, Screen()).run(options.guest.read_text("utf-8"), options.save)
    except (sysvirt.Error, OSError) as error:
        print(f"\nThe demo can't go on: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted, and cleaned up.", file=sys.stderr)
        return 130
    return 0


class Demo:
    """The story. Everything that touches the guest is in here, the rest of the file only prints."""

    def __init__(self, conn: Connection, screen: Screen) -> None:
        self.conn = conn
        self.screen = screen
        self.events: queue.SimpleQueue[LifecycleEvent[Connection, Domain]] = queue.SimpleQueue()
        self.prompt = ""

    def run(self, xml: str, save_file: str) -> None:
        self.meet_the_host()
        callback_id = self.conn.domain_event_register_any(None, Domain.EVENT_ID_LIFECYCLE, self.on_event)
        with self.screen.step("Define a guest"):
            dom = self.conn.define_domain(xml)
            self.screen.say(f"{dom.get_name()}, UUID {dom.get_uuid_string()}")
            self.wait_for(Domain.EVENT_DEFINED)
        try:
            self.boot(dom)
            self.poll(dom)
            self.save_and_restore(dom, save_file)
            self.shut_down(dom)
        except BaseException:
            self.remove(dom)
            raise
        with self.screen.step("Undefine it"):
            dom.undefine()
            self.wait_for(Domain.EVENT_UNDEFINED)
            self.screen.say(f"guests left on this host: {len(self.conn.list_all_domains())}")
        self.conn.domain_event_deregister_any(callback_id)

    def meet_the_host(self) -> None:
        with self.screen.step("Connect"):
            conn, node = self.conn, self.conn.get_node_info()
            libvirt, qemu = version(conn.get_library_version()), version(conn.get_version())
            self.screen.say(
                f"libvirt {libvirt} with {conn.get_type()} {qemu} on host {conn.get_hostname()!r}"
            )
            self.screen.say(f"{node.cpus} CPUs ({node.model}), {node.memory // 1024} MiB of memory")

    def boot(self, dom: Domain) -> None:
        with self.screen.step("Boot it, and read its console"):
            dom.create(Domain.START_PAUSED)  # so that nothing it says is missed
            self.wait_for(Domain.EVENT_STARTED)
            with self.conn.new_stream() as console:
                dom.open_console(console)
                dom.resume()
                self.wait_for(Domain.EVENT_RESUMED)
                self.read_console(console)
                console.send(b"word=remembered; uname -sr\n")
                self.read_console(console)

    def poll(self, dom: Domain) -> None:
        with self.screen.step("Look at it"):
            self.show_state(dom)
            info = dom.get_info()
            self.screen.say(
                f"{info.memory // 1024} MiB of memory, {info.nr_virt_cpu} virtual CPU, "
                f"{info.cpu_time / 1e9:.1f} s of CPU time used"
            )

    def save_and_restore(self, dom: Domain, save_file: str) -> None:
        with self.screen.step("Save its memory to a file"):
            dom.save(save_file)
            self.wait_for(Domain.EVENT_STOPPED)
            self.show_state(dom)
        with self.screen.step("Restore it from there"):
            self.conn.restore_domain(save_file)
            Path(save_file).unlink(missing_ok=True)
            self.wait_for(Domain.EVENT_RESUMED)
            self.show_state(dom)
        with self.screen.step("Ask its shell what it was told before"), self.conn.new_stream() as console:
            dom.open_console(console)
            console.send(b"echo $word\n")
            self.read_console(console)

    def shut_down(self, dom: Domain) -> None:
        with self.screen.step("Press its power button"):
            dom.shutdown(Domain.SHUTDOWN_ACPI_POWER_BTN)
            self.wait_for(Domain.EVENT_STOPPED)
            self.show_state(dom)

    def remove(self, dom: Domain) -> None:
        """Whatever has gone wrong: nothing is left behind."""
        if dom in self.conn.list_all_domains():
            if dom.is_active():
                dom.destroy()
            dom.undefine(Domain.UNDEFINE_MANAGED_SAVE)

    # --- waiting and showing -----------------------------------------------------------------------

    def on_event(self, event: LifecycleEvent[Connection, Domain]) -> None:
        """What sysvirt calls for every event, in a thread of its own."""
        self.screen.event(f"{event.event.name.lower()} ({event.detail.name.lower().replace('_', ' ')})")
        self.events.put(event)

    def wait_for(self, kind: DomainEventType) -> None:
        try:
            while self.events.get(timeout=PATIENCE).event != kind:
                pass
        except queue.Empty:
            raise TimeoutError(f"no {kind.name} event came within {PATIENCE} s") from None

    def read_console(self, console: Stream) -> None:
        """Shows what the guest says until its shell waits for a command."""
        line, waits = self.prompt, False
        while not waits:
            data = console.recv(4096)
            if not data:
                raise EOFError("the guest ended while its shell was waited for")
            *whole, line = plain(line + data.decode("utf-8", "replace")).split("\n")
            for text in whole:
                self.screen.console(text)
            waits = SHELL_PROMPT.fullmatch(line) is not None
        self.prompt = line  # shown with what is typed behind it

    def show_state(self, dom: Domain) -> None:
        state, reason = dom.get_state()
        self.screen.say(f"state: {state.name} ({reason.name})")


def version(number: int) -> str:
    """libvirt's numbers are major * 1000000 + minor * 1000 + micro."""
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"


def plain(text: str) -> str:
    """Console output without what only a terminal understands; a cleared screen begins a new line."""
    return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|c)|\r", "", text.replace("\x1b[2J", "\n"))


class Screen:
    """Plain text; colours, and a clock while something takes long, only on a terminal."""

    def __init__(self) -> None:
        self.is_terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self.lock = threading.Lock()  # events are shown from another thread

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Names what is done next, and says how long it took if that was long."""
        self.show(f"\n{self.colour(title, 1)}")
        begun = time.monotonic()
        done = threading.Event()
        clock = threading.Thread(target=self.run_clock, args=(begun, done))
        if self.is_terminal:
            clock.start()
        try:
            yield
        finally:
            done.set()
            if self.is_terminal:
                clock.join()
        took = time.monotonic() - begun
        if took > 1:
            self.say(f"done after {took:.1f} s")

    def run_clock(self, begun: float, done: threading.Event) -> None:
        while not done.wait(1):
            with self.lock:
                print(f"\r\x1b[K  ... {time.monotonic() - begun:.0f} s", end="", flush=True)

    def say(self, text: str) -> None:
        self.show(f"  {text}")

    def event(self, text: str) -> None:
        self.show(f"  {self.colour(f'event: {text}', 36)}")

    def console(self, line: str) -> None:
        if line:
            self.show(f"  {self.colour('|', 32)} {line[:100]}")

    def show(self, line: str) -> None:
        with self.lock:
            print(("\r\x1b[K" if self.is_terminal else "") + line, flush=True)

    def colour(self, text: str, code: int) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.is_terminal else text


if __name__ == "__main__":
    sys.exit(main())
