import { fileURLToPath } from 'node:url'
import { inScratch } from '../../support/netns.js'
import { atMost, printRows } from '../../support/rounds.js'
import { addPair } from './devices.js'

// Heap that reading in batches takes for each frame.

const MOST = 50
const program = [
  process.execPath,
  ...process.execArgv,
  '--expose-gc',
  fileURLToPath(new URL('heap.ts', import.meta.url)),
]

await inScratch((namespace) => {
  const pair = addPair(namespace, 'heap')
  const rows = ['readBatch', 'batches', 'start'].map((way) => {
    const [command = '', ...args] = program
    const bytes = Number(namespace.exec(command, [...args, way, ...pair]))
    const verdicts = [atMost('bytes', bytes, MOST)]
    return { group: 'heap per frame', name: way, text: `${bytes.toFixed(1)} bytes of heap per frame`, verdicts }
  })
  printRows('heap per frame, medians of 25 rounds', rows)
})
