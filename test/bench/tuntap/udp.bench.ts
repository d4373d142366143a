import * as assert from 'uvu/assert'
import { inScratch } from '../../support/netns.js'
import { compare } from '../../support/rounds.js'
import { type Child, contending, type Report } from '../connection/child.js'
import { startLoop, startUdpContender, withProgram } from './devices.js'

// Processor time per datagram of 1400 bytes, sent and received over the loopback, compared with the same loop in C and with node:dgram.

const COUNT = 25_600
const ROUNDS = 9

const checkCount = (name: string, { count }: Report) => assert.is(count, COUNT, name)

await withProgram('udp.c', (program) =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    const children: Child[] = []
    const add = (name: string, child: Child) => {
      children.push(child)
      return contending(name, child, checkCount)
    }
    try {
      const contenders = [
        add('sendmmsg(2) in C', startLoop(namespace, program, ['plain'])),
        add('UDP_SEGMENT in C', startLoop(namespace, program, ['offload'])),
        add('UdpSocket', startUdpContender(namespace, 'plain')),
        add('UdpSocket with segments', startUdpContender(namespace, 'offload')),
        add('node:dgram', startUdpContender(namespace, 'dgram')),
      ]
      await compare({ name: 'processor time of UDP', units: [COUNT, 'datagrams'], rounds: ROUNDS }, contenders, [
        { of: 'UdpSocket', against: 'sendmmsg(2) in C', timeAtMost: 1.3 },
        { of: 'UdpSocket with segments', against: 'UDP_SEGMENT in C', timeAtMost: 1.3 },
        { of: 'UdpSocket', against: 'node:dgram', timeAtMost: 0.65 },
      ])
    } finally {
      for (const child of children) child[Symbol.dispose]()
    }
  }),
)
