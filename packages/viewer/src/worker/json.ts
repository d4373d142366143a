import { JsonLines } from '@netloom/netlink/inspect'
import type { CaptureIndex } from './capture-index.js'

/** Number of lines that become one part of a Blob. */
const PART = 1000

/** Returns all messages as lines of JSON, as `netloom decode --json` prints them. */
export function jsonOf(index: CaptureIndex, secrets: boolean): Blob {
  const lines = new JsonLines({ secrets })
  const parts: Blob[] = []
  let texts: string[] = []
  let stray = 0
  const flush = () => {
    parts.push(new Blob([texts.join('')]))
    texts = []
  }
  for (let number = 0; number <= index.messageCount; number++) {
    const assigned = index.assigned(number)
    if (assigned) texts.push(lines.message(assigned, index.datagramOf(number)))
    for (let next = index.strays[stray]; next?.after === number; next = index.strays[++stray])
      texts.push(lines.stray(next.datagram, next.number))
    if (texts.length >= PART) flush()
  }
  flush()
  return new Blob(parts, { type: 'application/x-ndjson' })
}
