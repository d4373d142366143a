import { createInterface } from 'node:readline'
import type { Report } from './child.js'

/** The other end of a `Child`: runs one round per line of standard input. */
export async function serveRounds(round: () => Report | Promise<Report>): Promise<void> {
  for await (const _ of createInterface({ input: process.stdin })) {
    // Collects the garbage of the last round, so that this round is not charged for it.
    globalThis.gc?.()
    console.log(JSON.stringify(await round()))
  }
}
