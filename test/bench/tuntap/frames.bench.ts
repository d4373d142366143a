import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../../support/netns.js'
import { type Bar, compare } from '../../support/rounds.js'
import { type Child, contending, type Report } from '../connection/child.js'
import { addPair, startContender, startLoop, withLoops } from './devices.js'

// Processor time per frame, compared with a loop of read(2) and write(2) in C. The same with io_submit(2) in C shows what batches cost in
// the kernel.

const COUNT = 20_000
const ROUNDS = 9

/** Ways to read and write by the loop that they are compared with, and their largest ratios by frame size. */
const loops: Readonly<Record<string, Readonly<Record<string, Readonly<Record<number, number>>>>>> = {
  write: { write: {}, writeBatch: { 64: 1, 1500: 1 } },
  read: {
    read: { 64: 1.5, 1500: 1.9 },
    readInto: { 64: 1.35, 1500: 1.35 },
    readBatch: { 64: 1.2, 1500: 1.2 },
    batches: {},
    start: {},
    frames: { 64: 2, 1500: 2 },
  },
  echo: { echo: { 64: 1.05, 1500: 1.05 } },
}

const checkCount = (name: string, { count }: Report) => assert.is(count, COUNT, name)

async function compareLoop(namespace: Namespace, program: string, loop: string, size: number): Promise<void> {
  const baseline = `${loop}(2) in C`
  const ways = Object.entries(loops[loop] ?? {})
  const children: Child[] = []
  const inC: Readonly<Record<string, string>> = { [baseline]: loop, 'io_submit(2) in C': `${loop}-batch` }
  const contenders = [...Object.keys(inC), ...ways.map(([way]) => way)].map((name, index) => {
    const mode = inC[name]
    const args = [mode ?? name, String(size), ...addPair(namespace, `${loop.slice(0, 1)}${index}-${size}`)]
    const child = mode === undefined ? startContender(namespace, args) : startLoop(namespace, program, args)
    children.push(child)
    return contending(name, child, checkCount)
  })
  const bars = ways.flatMap(([of, { [size]: timeAtMost }]): Bar[] =>
    timeAtMost === undefined ? [] : [{ of, against: baseline, timeAtMost }],
  )
  try {
    const name = `processor time of ${loop} with frames of ${size} bytes`
    await compare({ name, units: [COUNT, 'frames'], rounds: ROUNDS }, contenders, bars)
  } finally {
    for (const child of children) child[Symbol.dispose]()
  }
}

await withLoops((program) =>
  inScratch(async (namespace) => {
    for (const size of [64, 1500])
      for (const loop of Object.keys(loops)) await compareLoop(namespace, program, loop, size)
  }),
)
