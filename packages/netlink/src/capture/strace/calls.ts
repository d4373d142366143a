import { type Line, type LinePosition, splitPrefix } from './line.js'

/** A system call that has returned, or an event of a thread. */
export interface Call extends LinePosition {
  readonly tid: number | undefined
  readonly comm: string | undefined
  /** Nanoseconds: start of the call. */
  readonly start: bigint
  /** Nanoseconds: end of the call, or the time of its last line if the log contains no durations (`-T`). */
  readonly end: bigint
  /** Nanoseconds, if the log contains durations. */
  readonly duration: bigint | undefined
  /** The call with its arguments and its result: `sendto(3<NETLINK:[ROUTE:7]>, …) = 32`. */
  readonly text: string
}

/** A line of a log: a call that is complete, the first part of an unfinished call, or another line, such as a hex dump. */
export type Event =
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'unfinished'; readonly tid: number | undefined; readonly begun: string }
  | { readonly kind: 'other'; readonly line: Line }

/** The first part of a call that has not returned. */
interface Begun {
  readonly text: string
  readonly start: bigint
}

const UNFINISHED = ' <unfinished ...>'
const resumed = /^<\.\.\. \w+ resumed>/
const duration = / <(\d+)\.(\d{6})>$/

/** Joins the unfinished and the resumed parts of calls. */
export class CallJoiner {
  /** One per thread. A thread has one call at a time. */
  readonly #begun = new Map<number | undefined, Begun>()

  read(line: Line): Event {
    const prefixed = splitPrefix(line.text)
    if (prefixed === undefined) return { kind: 'other', line }
    const { tid, comm, time, rest } = prefixed
    if (rest.endsWith(UNFINISHED)) {
      const begun = rest.slice(0, -UNFINISHED.length)
      this.#begun.set(tid, { text: begun, start: time })
      return { kind: 'unfinished', tid, begun }
    }
    const before = this.#begun.get(tid)
    this.#begun.delete(tid)
    const [, seconds, micros] = duration.exec(rest) ?? []
    const took = seconds === undefined ? undefined : BigInt(seconds) * 1_000_000_000n + BigInt(micros ?? 0) * 1000n
    const [resumption] = resumed.exec(rest) ?? []
    const text = resumption === undefined ? rest : (before?.text ?? '') + rest.slice(resumption.length)
    const start = (resumption === undefined ? undefined : before?.start) ?? time
    const end = took === undefined ? time : start + took
    const { line: number, offset } = line
    return { kind: 'call', call: { tid, comm, start, end, duration: took, text, line: number, offset } }
  }
}

/** Returns the result of a call, e.g. 32. Returns undefined if it failed, or did not return. */
export function resultOf(text: string): number | undefined {
  // strace escapes nothing outside of the arguments, and the result follows them.
  const at = text.lastIndexOf('= ')
  const [digits] = /^\d+/.exec(text.slice(at + 2)) ?? []
  return at < 0 || digits === undefined || !/\) *$/.test(text.slice(Math.max(0, at - 80), at))
    ? undefined
    : Number(digits)
}
