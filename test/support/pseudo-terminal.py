"""Runs a program on a pseudo-terminal and talks to it: argv[1] is {command, cwd, columns, seconds, steps: [{expect, send}]}.

Prints {output, status, matched}: everything the program wrote, its exit status, and how many steps were done.
"""
import fcntl
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time

task = json.loads(sys.argv[1])
pid, master = pty.fork()
size = struct.pack("HHHH", 50, task.get("columns", 200), 0, 0)
if pid == 0:
    # Before the program starts, which may look at the size at once.
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.chdir(task["cwd"])
    os.execvp(task["command"][0], task["command"])
deadline = time.monotonic() + task.get("seconds", 45)
output, start, steps = "", 0, list(task["steps"])
done = 0
while time.monotonic() < deadline:
    ready, _, _ = select.select([master], [], [], 0.1)
    if ready:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        output += data.decode("utf-8", "replace")
        # fish asks the terminal what it is, and waits for the answer.
        if re.search("\x1b\\[0?c", output[start:]):
            os.write(master, b"\x1b[?62;c")
        # What only switches modes of a terminal is in the way of whoever reads along.
        output = output[:start] + re.sub("\x1b(\\[[?>=][0-9;]*[a-zA-Z]|\\[0?c|[=>])", "", output[start:])
    while done < len(steps):
        found = re.search(steps[done]["expect"], output[start:])
        if not found:
            break
        start += found.end()
        os.write(master, steps[done]["send"].encode())
        done += 1
else:
    os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
print(json.dumps({"output": output, "status": os.waitstatus_to_exitcode(status), "matched": done}))
