"""What happens when things break: real processes under load, faults on purpose, and a count afterwards.

    python -m benchmarks.faults --database postgresql --fault mixed      5,000 messages over 200 chats
    python -m benchmarks.faults --database sqlite --fault each --messages 1000 --chats 60
    python -m benchmarks.faults --list

`stage.py` has the processes, `people.py` and `officers.py` those who use them, `acts.py` the faults,
`count.py` what became of every message. Results and what they mean: docs/reliability.md.
"""
