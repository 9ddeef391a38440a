"""Trackers and tasks in asyncio: concurrent tasks have their own nesting, and measuring does not hold up the loop."""
import asyncio
import time
import unittest

from support import PackageTest, jouleprint, true_joules

track = jouleprint.track


def parents(record):
    tasks = record.tasks
    return {task["name"]: None if task["parent"] is None else tasks[task["parent"]]["name"] for task in tasks}


class AsyncTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.made = self.machine("package-0=100")

    def test_a_block(self):
        async def main():
            async with track("async", quiet=True) as t:
                await asyncio.sleep(0.2)
                t.epoch()
            return t.record

        record = asyncio.run(main())
        self.assert_joules(record.energy_kwh, true_joules(self.made, record.data))
        self.assertEqual(len(record.epochs), 1)

    def test_a_fault_in_it_passes(self):
        async def main():
            async with track(quiet=True) as t:
                kept.append(t)
                raise KeyError("x")

        kept = []
        with self.assertRaises(KeyError):
            asyncio.run(main())
        self.assertEqual(kept[0].record.tags, {"exception": "KeyError"})

    def test_a_task_that_is_cancelled_keeps_its_record(self):
        async def work():
            async with track(quiet=True) as t:
                kept.append(t)
                await asyncio.sleep(60)

        async def main():
            task = asyncio.ensure_future(work())
            while not kept:
                await asyncio.sleep(0.01)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task

        kept = []
        asyncio.run(main())
        self.assertEqual(kept[0].record.tags, {"exception": "CancelledError"})

    def test_tasks_that_run_at_once_nest_by_their_own_code(self):
        async def serve(t, name):
            with t.task(name):
                await asyncio.sleep(0.02)
                with t.task(f"in {name}"):
                    await asyncio.sleep(0.02)

        async def main():
            async with track(quiet=True) as t:
                with t.task("all"):
                    await asyncio.gather(*(serve(t, name) for name in "abc"))
                await asyncio.to_thread(self.in_a_thread, t)
            return t.record

        self.assertEqual(parents(asyncio.run(main())),
                         {"all": None, "a": "all", "b": "all", "c": "all", "in a": "a", "in b": "b", "in c": "c",
                          "thread": None})

    @staticmethod
    def in_a_thread(t):
        with t.task("thread"):
            pass

    def test_an_asyncio_task_may_outlive_the_task_that_it_was_started_in(self):
        async def late(t):
            await asyncio.sleep(0.05)
            with t.task("late"):
                pass

        async def main():
            async with track(quiet=True) as t:
                with t.task("early"):
                    started = asyncio.ensure_future(late(t))
                await started
            return t.record

        self.assertEqual(parents(asyncio.run(main())), {"early": None, "late": None})

    def test_coroutines_are_measured_while_they_are_awaited(self):
        @track(quiet=True)
        async def work(seconds):
            await asyncio.sleep(seconds)
            return "done"

        @track("asked")
        async def quick():
            return 1

        async def main():
            awaitable = work(0.1)
            time.sleep(0.3)
            return await awaitable

        self.assertEqual(asyncio.run(main()), "done")
        self.assertLess(work.record.duration_s, 0.3)
        self.assertTrue(asyncio.iscoroutinefunction(quick))

    def test_calls_that_run_at_once_are_runs_of_their_own(self):
        @track(quiet=True)
        async def work(n):
            await asyncio.sleep(0.05)
            return n

        async def main():
            return await asyncio.gather(*(work(n) for n in range(3)))

        self.assertEqual(asyncio.run(main()), [0, 1, 2])
        self.assertEqual(len(self.kept_runs()), 3)

    def test_an_asynchronous_generator(self):
        closed = []

        @track(quiet=True)
        async def stream():
            try:
                got = yield 1
                try:
                    yield got
                except KeyError:
                    yield "caught"
            finally:
                closed.append(True)

        async def main():
            made = stream()
            said = [await made.asend(None), await made.asend("sent"), await made.athrow(KeyError("x"))]
            async for _ in made:
                self.fail("it had ended")
            first = stream.record
            left = stream()
            said.append(await left.asend(None))
            await left.aclose()
            return said, first

        said, first = asyncio.run(main())
        self.assertEqual(said, [1, "sent", "caught", 1])
        self.assertEqual((first.tags, stream.record.tags, closed), ({}, {}, [True, True]))
        self.assertNotEqual(first.run_id, stream.record.run_id)


if __name__ == "__main__":
    unittest.main()
