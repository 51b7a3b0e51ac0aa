"""A mail server of a few lines, which takes letters, refuses them, or behaves as bad ones do."""

import socket
import threading
from contextlib import suppress
from email import message_from_bytes
from email.message import Message

ACCEPTS, TEMPORARY, PERMANENT, HANGS, HANGS_UP, SILENT_AFTER_DATA = range(6)


class MailServer:
    """``moods`` are those of the next connections; when they are used up it accepts."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.moods: list[int] = []
        self.asked = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)  # closing alone leaves the thread waiting, and the door open
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            self.asked += 1
            mood = self.moods.pop(0) if self.moods else ACCEPTS
            threading.Thread(target=self._talk, args=(line, mood), daemon=True).start()

    def _talk(self, line: socket.socket, mood: int) -> None:
        file = line.makefile("rwb")

        def say(words: str) -> None:
            file.write(f"{words}\r\n".encode())
            file.flush()

        try:
            if mood == HANGS:
                threading.Event().wait(6)
                return
            if mood == HANGS_UP:
                return
            say("220 stub")
            while command := file.readline().decode("latin-1").strip():
                verb = command[:4].upper()
                if verb == "DATA":
                    say("354 go on")
                    lines = []
                    while (part := file.readline()) not in (b".\r\n", b""):
                        lines.append(part)
                    if mood == TEMPORARY:
                        say("451 later")
                    elif mood == PERMANENT:
                        say("554 never")
                    else:
                        self.letters.append(message_from_bytes(b"".join(lines)))
                        if mood == SILENT_AFTER_DATA:  # it has the letter, and nobody hears so
                            return
                        say("250 taken")
                elif verb == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")
        except OSError:
            pass
        finally:
            file.close()
            line.close()
