import type { Buffer } from '../../codec/buffer.js'
import { DecodeError } from '../../codec/index.js'
import type { CapturedDatagram } from '../format.js'
import { BEGINNING, type CaptureSource, datagramsIn, type Input } from '../input.js'
import { splitPrefix } from './line.js'
import { type StraceProblem, StraceReader } from './reader.js'

/** Number of bytes to convert to text at once. */
const PIECE = 65536

// A call with its result, an unfinished call, the end of a process, or a signal.
const straceLine =
  /^(?:[a-z_]\w*\(.*(?:\) += |<unfinished \.\.\.>$)|\+\+\+ (?:exited|killed) |--- SIG|<\.\.\. \w+ resumed>)/

/** True if a file is a log of strace: one of its first lines is a system call. */
export function isStrace(file: Buffer): boolean {
  const lines = file.toString('latin1', 0, Math.min(file.length, BEGINNING)).split('\n')
  return lines.some((line, index) => {
    const prefixed = splitPrefix(line)
    if (prefixed === undefined) return false
    // The first call can be longer than the part of the file. Then its time and its name decide.
    const isCut = index === lines.length - 1 && file.length >= BEGINNING
    return straceLine.test(prefixed.rest) || (isCut && prefixed.time > 0n && /^[a-z_]\w*\(/.test(prefixed.rest))
  })
}

const errorOf = ({ reason, line, offset }: StraceProblem) =>
  new DecodeError(`${reason} in line ${line} at offset ${offset}`)

const newReader = () =>
  new StraceReader((problem) => {
    throw errorOf(problem)
  })

/** Reads a part of the log, and yields its datagrams. If it is damaged, yields those before the damage, and throws. */
function* datagramsOf(reader: StraceReader, read: () => void): Generator<CapturedDatagram, void, undefined> {
  try {
    read()
  } catch (error) {
    yield* reader.take(true)
    throw error
  }
  yield* reader.take()
}

/** Yields the datagrams of a reader at its end. @throws {DecodeError} for what the log does not contain */
function* endOf(reader: StraceReader): Generator<CapturedDatagram, void, undefined> {
  yield* datagramsOf(reader, () => reader.end())
  yield* reader.take(true)
  if (reader.missing) throw errorOf(reader.missing)
  if (!reader.sawSocket)
    throw new DecodeError('expected system calls on netlink sockets, got a log of strace without any')
}

/**
 * Yields the netlink datagrams of a log of strace, with the processes and, if the log contains them, with the durations of the
 * calls. The log needs the output of `strace -f -ttt -T -yy -e read=all -e write=all`. Without `-ttt` times are missing or relative
 * to midnight; without `-T` durations are missing; without `-f` processes are missing.
 * @throws {DecodeError} with line and offset, if the log is damaged, or if it lacks bytes or protocols. The datagrams before
 * the damage are yielded first; of a log that lacks something, all others.
 */
export function readStrace(file: CaptureSource): Generator<CapturedDatagram, void, undefined> {
  return datagramsIn(file, straceDatagrams)
}

/** Yields the datagrams of a log. See {@link readStrace}. */
export function* straceDatagrams(input: Input): Generator<CapturedDatagram, void, undefined> {
  const reader = newReader()
  while (input.fill(1) > 0) {
    const piece = input.bytes.toString('latin1', input.at, Math.min(input.at + PIECE, input.bytes.length))
    input.at += piece.length
    yield* datagramsOf(reader, () => reader.push(piece))
  }
  yield* endOf(reader)
}

/**
 * Yields the netlink datagrams of a log of strace that arrives in pieces of text, such as a stream with encoding `latin1`. See
 * {@link readStrace}.
 * @throws {DecodeError} like {@link readStrace}
 */
export async function* readStraceStream(
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<CapturedDatagram, void, undefined> {
  const reader = newReader()
  for await (const piece of pieces) yield* datagramsOf(reader, () => reader.push(piece))
  yield* endOf(reader)
}
