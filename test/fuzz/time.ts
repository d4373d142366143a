import {
  compile,
  type Declaration,
  DecodeError,
  type DescribeOptions,
  describe,
  EncodeError,
  hostOrder,
} from '@netloom/netlink/codec'
import { showLine } from '../../packages/netlink/dist/cli/line.js'
import { toJson } from '../../packages/netlink/dist/dissect/index.js'
import { Redactor } from '../../packages/netlink/dist/inspect/index.js'
import { encoded } from './invariants.js'

/** Work on an input, and the size of the input in bytes. */
export interface Sized {
  readonly bytes: number
  work(): unknown
}

/** Returns the CPU time in milliseconds, including the garbage collector and excluding other processes. */
function timeOf({ work }: Sized): number {
  const from = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

const REPEATS = 3

/** Returns the best of several times. The first run may include compilation, any run a garbage collection. */
function bestOf(sized: Sized): number {
  let best = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    best = Math.min(best, timeOf(sized))
    // Repeating slow work only takes more time.
    if (best > 500) break
  }
  return best
}

/**
 * Largest allowed ratio of the times per byte between the larger and the smaller size. Linear work has 1. Quadratic work has the
 * ratio of the sizes, 8.
 */
const FACTOR = 3

/** Tolerance in milliseconds. Memory of an older GC generation is slower, and very short times vary. */
const EXTRA = 40

/** Number of attempts. A measurement fails only if all of them do. */
const ATTEMPTS = 3

/** @throws {Error} if the time per byte grows from the smaller to the larger input in every attempt */
export function expectLinear(name: string, small: Sized, large: Sized): void {
  for (let attempt = 1; ; attempt++) {
    const [few, many] = [bestOf(small), bestOf(large)]
    if (many <= few * FACTOR * (large.bytes / small.bytes) + EXTRA) return
    if (attempt < ATTEMPTS) continue
    throw new Error(
      `${name}: ${small.bytes} bytes took ${few.toFixed(1)} ms, ${large.bytes} took ${many.toFixed(1)} ms of CPU time`,
    )
  }
}

/** Ignores a DecodeError or EncodeError. Invalid input must be rejected in linear time, too. */
const attempt = (work: () => unknown) => () => {
  try {
    return work()
  } catch (error) {
    if (error instanceof DecodeError || error instanceof EncodeError) return undefined
    throw error
  }
}

const printed = { protocol: 'NETLINK_ROUTE', family: undefined, toKernel: false, unknown: 0, roundtrip: true }

/** Returns the length of the line that a value is printed as. */
function print(declaration: Declaration<unknown>, value: unknown): number {
  const message = {
    ...printed,
    type: declaration.name,
    value,
    describe: (options: DescribeOptions) => describe(declaration, value, options),
  }
  return showLine(message as never, 0n, new Redactor()).length
}

/** Operations on the bytes of a message and on its value. */
const steps: Readonly<Record<string, (declaration: Declaration<unknown>, bytes: Buffer) => () => unknown>> = {
  decode: (declaration, bytes) => () => compile(declaration).decode(bytes, 0, bytes.length),
  'decode losslessly': (declaration, bytes) => () =>
    compile(declaration, { lossless: true }).decode(bytes, 0, bytes.length),
  encode: withValue(false, (declaration, value) => encoded(declaration, value, hostOrder)),
  'encode losslessly': withValue(true, (declaration, value) => encoded(declaration, value, hostOrder, true)),
  'print as JSON': withValue(false, (_, value) => JSON.stringify(toJson(value))),
  print: withValue(false, print),
}

function withValue(lossless: boolean, work: (declaration: Declaration<unknown>, value: unknown) => unknown) {
  return (declaration: Declaration<unknown>, bytes: Buffer) => {
    const value = attempt(() => compile(declaration, { lossless }).decode(bytes, 0, bytes.length))()
    return () => (value === undefined ? undefined : work(declaration, value))
  }
}

/** Runs every step with messages of two sizes. @throws {Error} if a step is not linear */
export function expectLinearSteps(
  name: string,
  declaration: Declaration<unknown>,
  shape: (size: number) => Buffer,
  sizes: readonly [small: number, large: number],
): void {
  const [small, large] = [shape(sizes[0]), shape(sizes[1])]
  for (const [step, prepare] of Object.entries(steps)) {
    const sized = (bytes: Buffer): Sized => ({ bytes: bytes.length, work: attempt(prepare(declaration, bytes)) })
    expectLinear(`${name}, ${step}`, sized(small), sized(large))
  }
}
