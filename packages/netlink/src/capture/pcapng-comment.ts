import type { CapturedDatagram } from './format.js'

/** Facts about a datagram that pcapng has no field for. They are in a comment, which Wireshark shows. */
export type Recorded = Pick<CapturedDatagram, 'process' | 'duration'>

const BILLION = 1_000_000_000n

/** Returns a text such as `process 847 "ip", system call 0.000123000 s`. Returns an empty one if there is nothing to write. */
export function toComment({ process, duration }: Recorded): string {
  const name = process?.name === undefined ? '' : ` ${JSON.stringify(process.name)}`
  const fraction = duration === undefined ? '' : String(duration % BILLION).padStart(9, '0')
  return [
    ...(process ? [`process ${process.pid}${name}`] : []),
    ...(duration === undefined ? [] : [`system call ${duration / BILLION}.${fraction} s`]),
  ].join(', ')
}

const comment = /^(?:process (\d{1,10})(?: ("(?:[^"\\]|\\.)*"))?)?(?:(?:^|(?!^), )system call (\d{1,10})\.(\d{9}) s)?$/

/** Reads a text of {@link toComment}. Returns nothing of other texts. */
export function fromComment(text: string): Recorded {
  const [, pid, name, seconds, nanoseconds] = comment.exec(text) ?? []
  const parsed = name === undefined ? undefined : textOf(name)
  return {
    ...(pid !== undefined && { process: { pid: Number(pid), ...(parsed !== undefined && { name: parsed }) } }),
    ...(seconds !== undefined && { duration: BigInt(seconds) * BILLION + BigInt(nanoseconds ?? 0) }),
  }
}

/** Parses a JSON string. Returns undefined if it has an invalid escape. */
function textOf(json: string): string | undefined {
  try {
    return String(JSON.parse(json))
  } catch {
    return undefined
  }
}
