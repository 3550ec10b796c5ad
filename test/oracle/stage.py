"""A client of the stage (stage.c): stores on which exchanges, commands and chores run one after the other, at moments
that the test decides. The program's place comes from the environment: STAGE."""
import collections
import contextlib
import os
import subprocess

Answer = collections.namedtuple("Answer", "head body")
Reply = collections.namedtuple("Reply", "status outcome wrote headers body")


class Stage:
    def __init__(self):
        self.process = subprocess.Popen([os.environ["STAGE"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.waiting = collections.deque()

    def close(self):
        self.process.stdin.close()
        status = self.process.wait()
        self.process.stdout.close()
        assert status == 0, f"the stage ended with {status}"

    def kill(self):
        """Ends it, whatever waits."""
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()

    def later(self, then, *words, payload=b""):
        """Writes a step; `then` gets its answer when it is read: see settle."""
        payload = payload.encode() if isinstance(payload, str) else payload
        line = " ".join(map(str, words)) + f" {len(payload)}\n"
        self.process.stdin.write(line.encode() + payload)
        self.waiting.append(then)

    def settle(self):
        """Reads the answers of all steps written so far."""
        self.process.stdin.flush()
        while self.waiting:
            then = self.waiting.popleft()
            *head, size = self.process.stdout.readline().split() or [b"0"]
            body = self.process.stdout.read(int(size))
            assert head, "the stage is gone"
            then(Answer([word.decode() for word in head], body))

    def now(self, *words, payload=b""):
        found = []
        self.later(found.append, *words, payload=payload)
        self.settle()
        return found[0]

    def memory(self, slot, base=-1):
        self.now("memory", slot, base)

    def ask(self, slot, now, seed, text):
        return read_reply(self.now("ask", slot, now, seed, payload=text))

    def command(self, slot, now, seed, *words, text=""):
        payload = "".join(word + "\0" for word in words) + "\0" + text
        answer = self.now("command", slot, now, seed, payload=payload)
        return int(answer.head[0]), answer.body.decode()

    def load(self, slot, now, text):
        result, said = self.command(slot, now, 0, "import", "-", text=text)
        assert result == 0, said

    def export(self, slot):
        return self.now("export", slot).body.decode()


def read_reply(answer):
    head, _, body = answer.body.partition(b"\n\n") if not answer.body.startswith(b"\n") else (b"", b"", answer.body[1:])
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
    status, outcome, wrote = answer.head
    return Reply(int(status), outcome, wrote == "1", headers, body)
