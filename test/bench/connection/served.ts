import { createInterface } from 'node:readline'
import type { Report } from './child.js'

/** The other side of a `Child`: does one round for each line on standard input. */
export async function serveRounds(round: () => Report | Promise<Report>): Promise<void> {
  for await (const _ of createInterface({ input: process.stdin })) {
    // What the last round left is not to be charged to this one.
    globalThis.gc?.()
    console.log(JSON.stringify(await round()))
  }
}
