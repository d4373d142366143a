import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../../support/netns.js'
import { compare } from '../../support/rounds.js'
import { type Child, contending } from '../connection/child.js'
import { addPair, startContender, startLoop, withLoops } from './devices.js'

// Processor time of examples/learning-switch.ts between four taps, compared with a switch in C.

const COUNT = 20_000
const PORTS = 4
const SIZE = 1500
const [ours, inC] = ['examples/learning-switch.ts', 'poll(2), read(2) and write(2) in C']

/** Names of the taps: each port, then its peer. */
const portsOf = (namespace: Namespace, name: string) =>
  Array.from({ length: PORTS }, (_, index) => addPair(namespace, `${name}${index}`)).flat()

await withLoops((program) =>
  inScratch(async (namespace) => {
    const children: Child[] = [
      startLoop(namespace, program, ['switch', String(SIZE), ...portsOf(namespace, 'c')]),
      startContender(namespace, ['switch', String(SIZE), ...portsOf(namespace, 'o')]),
    ]
    const contenders = [inC, ours].map((name, index) =>
      contending(name, children[index] as Child, (_, { count }) => assert.is(count, COUNT)),
    )
    try {
      const name = `processor time of a switch of ${PORTS} ports with frames of ${SIZE} bytes`
      await compare({ name, units: [COUNT, 'frames'] }, contenders, [{ of: ours, against: inC, timeAtMost: 0.8 }])
    } finally {
      for (const child of children) child[Symbol.dispose]()
    }
  }),
)
