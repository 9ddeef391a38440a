"""Measures each call of a function: plain, coroutine, generator, asynchronous generator. A generator is measured from
its first value to its end."""
from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, AsyncGenerator, Callable, Generator

if TYPE_CHECKING:
    from .tracker import Tracker


def wrap(function: Callable[..., Any], fresh: Callable[[], Tracker]) -> Callable[..., Any]:
    """`fresh()` makes a tracker for a call. The wrapper's `record` is that of the last call that ended, or None."""

    def keep(tracker: Tracker) -> None:
        if tracker.started:
            setattr(wrapper, "record", tracker.record)

    # A callable object is what its __call__ is.
    target = function if inspect.isroutine(function) else getattr(function, "__call__", function)
    if inspect.iscoroutinefunction(target):
        measured = _coroutine(function, fresh, keep)
    elif inspect.isasyncgenfunction(target):
        measured = _async_generator(function, fresh, keep)
    elif inspect.isgeneratorfunction(target):
        measured = _generator(function, fresh, keep)
    else:
        measured = _plain(function, fresh, keep)
    wrapper = functools.update_wrapper(measured, function)
    setattr(wrapper, "record", None)
    return wrapper


Keep = Callable[["Tracker"], None]


def _plain(function: Callable[..., Any], fresh: Callable[[], Tracker], keep: Keep) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        tracker = fresh()
        try:
            with tracker:
                return function(*arguments, **named)
        finally:
            keep(tracker)

    return call


def _coroutine(function: Callable[..., Any], fresh: Callable[[], Tracker], keep: Keep) -> Callable[..., Any]:
    async def call(*arguments: Any, **named: Any) -> Any:
        tracker = fresh()
        try:
            async with tracker:
                return await function(*arguments, **named)
        finally:
            keep(tracker)

    return call


def _generator(function: Callable[..., Any], fresh: Callable[[], Tracker], keep: Keep) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Generator[Any, Any, Any]:
        tracker = fresh()
        try:
            with tracker:
                return (yield from function(*arguments, **named))
        finally:
            keep(tracker)

    return call


def _async_generator(function: Callable[..., Any], fresh: Callable[[], Tracker], keep: Keep) -> Callable[..., Any]:
    async def call(*arguments: Any, **named: Any) -> AsyncGenerator[Any, Any]:
        tracker = fresh()
        inner = function(*arguments, **named)
        try:
            async with tracker:
                # What `yield from` does for plain generators: values, exceptions and the end are passed both ways.
                try:
                    value = await inner.__anext__()
                    while True:
                        try:
                            sent = yield value
                        except GeneratorExit:
                            await inner.aclose()
                            raise
                        except BaseException as fault:
                            value = await inner.athrow(fault)
                        else:
                            value = await inner.asend(sent)
                except StopAsyncIteration:
                    return
        finally:
            keep(tracker)

    return call
