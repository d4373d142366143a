import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Contender } from '../../support/rounds.js'

/** What a measuring program prints of each round, as a line of JSON. */
export interface Report {
  /** What the measured work took, without the start of the process and without what is done to check it. */
  readonly ms: number
  /** How many objects there were. */
  readonly count: number
  /** Some of them, as text. */
  readonly sample: readonly string[]
}

/** A program that does the measured work once for each line that it reads, until there is no more. */
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

/** A contender that is a program of its own. */
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
