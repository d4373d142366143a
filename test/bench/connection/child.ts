import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Contender } from '../../support/rounds.js'

/** Result of one round, which a measuring program prints as a line of JSON. */
export interface Report {
  /** Duration of the measured work in milliseconds, without the start of the process and without the checks. */
  readonly ms: number
  /** CPU time of all threads meanwhile, in milliseconds. Not all programs report it. */
  readonly cpu?: number
  /** Number of objects. */
  readonly count: number
  /** Some of the objects, as text. */
  readonly sample: readonly string[]
}

/** A program that does the measured work once per line of its standard input, until that ends. */
export interface Child extends Disposable {
  round(): Promise<Report>
}

export function startChild(program: string, args: readonly string[]): Child {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async round() {
      child.stdin.write('\n')
      const { value, done } = await lines.next()
      if (done) throw new Error(`${program} ${args.join(' ')}: expected a report of a round, got the end of its output`)
      return JSON.parse(value) as Report
    },
    [Symbol.dispose]: () => child.stdin.end(),
  }
}

/** Returns a contender that runs as its own program. */
export const contending = (
  name: string,
  child: Child,
  check: (name: string, report: Report) => void,
  rounds?: number,
): Contender => ({
  name,
  rounds,
  async round() {
    const report = await child.round()
    check(name, report)
    return report.ms
  },
})
