import { constants } from 'node:os'
import { type Descriptor, duplicate } from '@netloom/netlink/socket'
import { Waiter } from '../io/waiter.js'
import type { UdpHandle } from './handle.js'
import type { OutgoingMessage } from './outgoing.js'
import type { Refusal, Sender, SendReport } from './sender.js'

/** Milliseconds between two attempts after ENOBUFS: a queue of the link is full, which the readiness of a socket does not include. */
const RETRY = 1

/** Sends messages one batch after another, and waits while the send buffer is full. */
export class SendQueue {
  readonly #handle: UdpHandle
  readonly #sender: Sender
  #waiter: Waiter | undefined
  #isReferenced = true
  /** Settled when the last batch has ended. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(handle: UdpHandle, sender: Sender) {
    this.#handle = handle
    this.#sender = sender
  }

  /** Sends messages that were checked. @throws the reason of the aborted signal */
  send(messages: readonly (Uint8Array | OutgoingMessage)[], signal: AbortSignal | undefined): Promise<SendReport> {
    const before = this.#last
    const own = this.#sendAfter(before, messages, signal)
    // One that is aborted early does not end the wait of the next ones for those before.
    this.#last = Promise.allSettled([before, own])
    return own
  }

  async #sendAfter(
    before: Promise<unknown>,
    messages: readonly (Uint8Array | OutgoingMessage)[],
    signal: AbortSignal | undefined,
  ): Promise<SendReport> {
    await untilAborted(before, signal)
    let position = { next: 0, offset: 0 }
    const refused: Refusal[] = []
    for (;;) {
      signal?.throwIfAborted()
      const report = this.#sender.send(messages, position.next, position.offset)
      // A message that the last call ended in has one refusal.
      refused.push(...report.refused.filter(({ index }) => index !== refused.at(-1)?.index))
      if (report.next === messages.length) return { ...report, sent: messages.length - refused.length, refused }
      position = report
      await this.#wait(signal)
    }
  }

  /** Waits until the socket is writable, was closed, or the signal is aborted. */
  #wait(signal: AbortSignal | undefined): Promise<void> {
    const waiter = this.#openWaiter()
    return new Promise((resolve) => {
      const wake = () => waiter.wake()
      signal?.addEventListener('abort', wake, { once: true })
      const timer = this.#sender.fullBecause === constants.errno.ENOBUFS ? setTimeout(wake, RETRY) : undefined
      const done = () => {
        signal?.removeEventListener('abort', wake)
        clearTimeout(timer)
        resolve()
      }
      if (timer === undefined) waiter.arm(done)
      else waiter.park(done)
    })
  }

  /** Another descriptor of the socket is watched, because readers watch the first one. */
  #openWaiter(): Waiter {
    if (this.#waiter) return this.#waiter
    const handle = this.#handle
    const descriptor = duplicate(handle.openFd())
    this.#waiter = new Waiter(
      { openFd: () => descriptor.fd, beforeClose: (run) => handle.beforeClose(run) },
      'writable',
    )
    handle.beforeClose(closerOf(descriptor))
    if (!this.#isReferenced) this.#waiter.unref()
    return this.#waiter
  }

  ref(): void {
    this.#isReferenced = true
    this.#waiter?.ref()
  }

  unref(): void {
    this.#isReferenced = false
    this.#waiter?.unref()
  }
}

/** A function of the method above would keep the handle from being garbage-collected: functions of one scope share what they refer to. */
const closerOf = (descriptor: Descriptor) => () => descriptor.close()

/** Waits for a promise, which is never rejected, or for the signal to be aborted. */
async function untilAborted(promise: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) {
    await promise
    return
  }
  signal.throwIfAborted()
  await new Promise<void>((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
    promise.then(done)
  })
}
