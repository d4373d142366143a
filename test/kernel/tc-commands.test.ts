import { compile } from '@netloom/netlink/codec'
import { rtnetlink } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import * as tclass from '../../packages/netlink/dist/api/class/write.js'
import * as qdisc from '../../packages/netlink/dist/api/qdisc/write.js'
import type { Operation } from '../../packages/netlink/dist/api/run/operation.js'
import { nlmFlags } from '../../packages/netlink/dist/connection/flags.js'
import { encodeMessage } from '../../packages/netlink/dist/message/index.js'
import { suiteNeeding } from '../support/privileges.js'
import { requestsOf } from '../support/strace-commands.js'

// Commands of tc, and calls that send the same bytes. The kernel may lack the kind: what counts is the request.

const test = suiteNeeding('commands of tc as calls', 'netns', 'strace')

// biome-ignore lint/suspicious/noExplicitAny: calls of many types
type AnyCall = (argument: any) => Operation<unknown>

const operations: Readonly<Record<string, AnyCall>> = {
  'qdisc.add': qdisc.add,
  'qdisc.replace': qdisc.replace,
  'class.add': tclass.add,
  'class.set': tclass.set,
  'class.replace': tclass.replace,
}

/** A command, the operation, and its argument. `dev` is 1, the index of `lo`. */
type Row = readonly [command: string, call: string, argument: object]

const LO = 1
const q = (words: string, argument: object, call = 'qdisc.add'): Row => [
  `tc qdisc ${call.slice(6)} dev lo ${words}`,
  call,
  { dev: LO, ...argument },
]

const c = (words: string, argument: object, call = 'class.add'): Row => [
  `tc class ${call.slice(6).replace('set', 'change')} dev lo ${words}`,
  call,
  { dev: LO, ...argument },
]

const rows: readonly Row[] = [
  q('root handle 1: htb', { kind: 'htb', handle: '1:' }),
  q('root handle 1: htb default 10 r2q 20', { kind: 'htb', handle: '1:', options: { default: 0x10, r2q: 20 } }),
  q('root handle 1: htb default 30', { kind: 'htb', handle: '1:', options: { default: '1:30' } }),
  q('root tbf rate 10mbit burst 32kb latency 50ms', {
    kind: 'tbf',
    options: { rate: '10mbit', burst: '32kb', latency: '50ms' },
  }),
  q('root tbf rate 40gbit burst 1mb limit 1mb peakrate 50gbit mtu 2000 overhead 20', {
    kind: 'tbf',
    options: { rate: '40gbit', burst: '1mb', limit: '1mb', peakrate: '50gbit', mtu: 2000, overhead: 20 },
  }),
  q('root tbf rate 128kibit burst 4k/16 limit 10k mpu 64 linklayer atm', {
    kind: 'tbf',
    options: { rate: '128kibit', burst: '4k/16', limit: '10k', mpu: 64, linklayer: 'atm' },
  }),
  q('root netem delay 10ms 2ms 25% loss 0.3% duplicate 1% reorder 25% 50% gap 3 corrupt 0.1% rate 1mbit limit 500', {
    kind: 'netem',
    options: {
      ...{ delay: '10ms', jitter: '2ms', delayCorrelation: '25%', loss: '0.3%', duplicate: '1%', reorder: '25%' },
      ...{ reorderCorrelation: '50%', gap: 3, corrupt: '0.1%', rate: '1mbit', limit: 500 },
    },
  }),
  q('root netem loss gemodel 1% 10% 70% 0.1% ecn', {
    kind: 'netem',
    options: { gemodel: { p: '1%', r: '10%', lossInBad: '70%', lossInGood: '0.1%' }, ecn: true },
  }),
  q('root netem loss state 1% 2% slot 800us 1ms packets 32 bytes 64k', {
    kind: 'netem',
    options: { lossState: { p13: '1%', p31: '2%' }, slot: { min: '800us', max: '1ms', packets: 32, bytes: '64k' } },
  }),
  q('root netem rate 1mbit 20 100 5', {
    kind: 'netem',
    options: { rate: '1mbit', packetOverhead: 20, cellSize: 100, cellOverhead: 5 },
  }),
  q('root netem rate 50gbit delay 10s', { kind: 'netem', options: { rate: '50gbit', delay: '10s' } }),
  q('root netem delay 50ms 10ms distribution normal', {
    kind: 'netem',
    options: { delay: '50ms', jitter: '10ms', distribution: 'normal' },
  }),
  q(
    'root fq_codel limit 1000 flows 512 target 5ms interval 100ms quantum 300 ecn memory_limit 1mb drop_batch 16 ce_threshold 1ms',
    {
      kind: 'fq_codel',
      options: {
        ...{ limit: 1000, flows: 512, target: '5ms', interval: '100ms', quantum: 300, ecn: true },
        ...{ memoryLimit: '1mb', dropBatchSize: 16, ceThreshold: '1ms' },
      },
    },
  ),
  q('root codel limit 100 target 3ms interval 30ms noecn', {
    kind: 'codel',
    options: { limit: 100, target: '3ms', interval: '30ms', ecn: false },
  }),
  q('root pie limit 100 target 20ms tupdate 30ms alpha 2 beta 20 ecn', {
    kind: 'pie',
    options: { limit: 100, target: '20ms', tupdate: '30ms', alpha: 2, beta: 20, ecn: true },
  }),
  q(
    'root fq limit 1000 flow_limit 50 quantum 3000 initial_quantum 20000 maxrate 10mbit nopacing buckets 256 refill_delay 10ms low_rate_threshold 500kbit orphan_mask 1023 timer_slack 10us horizon 5s horizon_cap ce_threshold 2ms',
    {
      kind: 'fq',
      options: {
        ...{ limit: 1000, flowLimit: 50, quantum: 3000, initialQuantum: 20000, maxrate: '10mbit', pacing: false },
        ...{ buckets: 256, flowRefillDelay: '10ms', lowRate: '500kbit', orphanMask: 1023, timerSlack: '10us' },
        ...{ horizon: '5s', horizonDrop: false, ceThreshold: '2ms' },
      },
    },
  ),
  q(
    'root cake bandwidth 10mbit besteffort dual-srchost nat wash ack-filter split-gso rtt 50ms overhead 18 mpu 64 atm memlimit 32mb ingress fwmark 0xff',
    {
      kind: 'cake',
      options: {
        ...{ bandwidth: '10mbit', diffservMode: 'besteffort', flowMode: 'dual_src', nat: true, wash: true },
        ...{ ackFilter: 'filter', splitGso: true, rtt: '50ms', overhead: 18, mpu: 64, atm: 'atm', memory: '32mb' },
        ...{ ingress: true, fwmark: 0xff },
      },
    },
  ),
  q('root prio bands 4 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1', { kind: 'prio', options: { bands: 4 } }),
  q('root mqprio num_tc 2 map 0 0 1 1 queues 1@0 1@1 hw 0', {
    kind: 'mqprio',
    options: { map: [0, 0, 1, 1], queues: [{ offset: 0 }, { offset: 1 }], hw: false },
  }),
  q(
    'root handle 100: taprio num_tc 2 map 0 1 queues 1@0 1@1 base-time 1000 sched-entry S 01 300000 sched-entry S 02 300000 cycle-time 600000 clockid CLOCK_TAI flags 0x1 txtime-delay 200000',
    {
      kind: 'taprio',
      handle: '100:',
      options: {
        ...{ map: [0, 1], queues: [{ offset: 0 }, { offset: 1 }], baseTime: 1000n, cycleTime: 600, flags: 1 },
        ...{ clockid: 'CLOCK_TAI', txtimeDelay: '200us' },
        entries: [
          { gates: 1, interval: '300us' },
          { gates: 2, interval: '300us' },
        ],
      },
    },
  ),
  q('root ets bands 4 strict 2 quanta 1000 2000 priomap 0 1 2 3', {
    kind: 'ets',
    options: { bands: 4, strict: 2, quanta: [1000, 2000], priomap: [0, 1, 2, 3] },
  }),
  q('root red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn adaptive bandwidth 10mbit', {
    kind: 'red',
    options: {
      ...{ limit: 400000, min: 30000, max: 90000, avpkt: 1000, burst: 55 },
      ...{ ecn: true, adaptive: true, bandwidth: '10mbit' },
    },
  }),
  q('root red limit 400000 avpkt 1000', { kind: 'red', options: { limit: 400000, avpkt: 1000 } }),
  q('root red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn bandwidth 10mbit probability 0.1 nodrop', {
    kind: 'red',
    options: {
      ...{ limit: 400000, min: 30000, max: 90000, avpkt: 1000, burst: 55 },
      ...{ ecn: true, nodrop: true, bandwidth: '10mbit', probability: '10%' },
    },
  }),
  q('root sfq limit 100 perturb 10 quantum 1514 divisor 1024 depth 50 flows 60 headdrop', {
    kind: 'sfq',
    options: { limit: 100, perturb: 10, quantum: 1514, divisor: 1024, depth: 50, flows: 60, headdrop: true },
  }),
  q('root sfq redflowlimit 100000 min 8000 max 60000 probability 0.2 ecn avpkt 1000', {
    kind: 'sfq',
    options: { redflowlimit: 100000, min: 8000, max: 60000, probability: '20%', ecn: true, avpkt: 1000 },
  }),
  q('root hfsc default 10', { kind: 'hfsc', options: { default: 0x10 } }),
  q('root pfifo limit 100', { kind: 'pfifo', options: { limit: 100 } }),
  q('root drr', { kind: 'drr' }),
  q('clsact', { kind: 'clsact' }),
  q('ingress_block 7 ingress', { kind: 'ingress', ingressBlock: 7 }),
  c('parent 1: classid 1:10 htb rate 10mbit', { handle: '1:10', kind: 'htb', options: { rate: '10mbit' } }),
  c('parent 1:1 classid 1:10 htb rate 10mbit ceil 20mbit burst 15k cburst 30k prio 3 quantum 3000', {
    ...{ handle: '1:10', parent: '1:1', kind: 'htb' },
    options: { rate: '10mbit', ceil: '20mbit', burst: '15k', cburst: '30k', prio: 3, quantum: 3000 },
  }),
  c(
    'parent 1: classid 1:10 htb rate 40gbit mtu 2000 overhead 14 mpu 64 linklayer atm',
    {
      ...{ handle: '1:10', kind: 'htb' },
      options: { rate: '40gbit', mtu: 2000, overhead: 14, mpu: 64, linklayer: 'atm' },
    },
    'class.set',
  ),
  c('parent 1: classid 1:1 hfsc sc rate 1mbit ul rate 2mbit', {
    ...{ handle: '1:1', kind: 'hfsc' },
    options: { sc: { rate: '1mbit' }, ul: { rate: '2mbit' } },
  }),
  c('parent 1: classid 1:1 hfsc rt m1 2mbit d 10ms m2 1mbit ls umax 1500 dmax 20ms rate 1mbit', {
    ...{ handle: '1:1', kind: 'hfsc' },
    options: { rt: { m1: '2mbit', d: '10ms', m2: '1mbit' }, ls: { umax: 1500, dmax: '20ms', rate: '1mbit' } },
  }),
  c('parent 1: classid 1:1 drr', { handle: '1:1', kind: 'drr' }),
  c('parent 1: classid 1:1 drr quantum 1500', { handle: '1:1', kind: 'drr', options: { quantum: 1500 } }),
  c(
    'parent 1: classid 1:1 ets quantum 1500',
    { handle: '1:1', kind: 'ets', options: { quantum: 1500 } },
    'class.replace',
  ),
  q('root handle 5: fq', { kind: 'fq', handle: '5:', options: {} }, 'qdisc.replace'),
]

/** Returns the first change that an operation requests, as a message without sequence number and port. */
function messageOf(operation: Operation<unknown>): Buffer {
  let next = operation.next()
  while (!next.done) {
    const { kind, name, value, options } = next.value
    if (kind === 'change') {
      const message = rtnetlink.byName(name)
      const flags = 5 | nlmFlags(message, options)
      return Buffer.from(
        encodeMessage({ type: message.type, flags, seq: 0, pid: 0 }, (out) =>
          compile(message.declaration).encode(out, value as object),
        ),
      )
    }
    next = operation.next([])
  }
  throw new Error('expected the operation to request a change')
}

/** tc adds an empty attribute to the options of prio, which the kernel ignores. Returns the request without it. */
function withoutEmptyTail(theirs: Buffer): Buffer {
  const cut = Buffer.from(theirs.subarray(0, -4))
  cut.writeUInt32LE(cut.length, 0)
  const options = cut.indexOf('prio') + 8
  cut.writeUInt16LE(cut.readUInt16LE(options) - 4, options)
  return cut
}

/** Bit of NLA_F_NESTED in the second byte of an attribute's type. Older versions of tc leave it out, and the kernel ignores it. */
const NESTED = 0x80

/** Returns the position of the first byte that differs, apart from NLA_F_NESTED that only ours has; -1 if there is none. */
function firstDifference(ours: Buffer, theirs: Buffer): number {
  const length = Math.max(ours.length, theirs.length)
  for (let at = 0; at < length; at += 1) {
    const isFlag = at > 16 && at % 4 === 3 && ours[at] === ((theirs[at] ?? 0) | NESTED) && (ours[at - 1] ?? 0) < 64
    if (ours[at] !== theirs[at] && !isFlag) return at
  }
  return -1
}

test('calls send the bytes of the commands', () => {
  const runs = requestsOf(rows.map(([command]) => command))
  const wrong = rows.flatMap(([command, call, argument], at) => {
    const sent = runs[at]?.requests.find(({ type }) => /^RTM_(NEW|DEL)/.test(type))
    if (sent === undefined) return [`${command}: ${runs[at]?.complaint}`]
    const theirs = / prio bands /.test(command) ? withoutEmptyTail(Buffer.from(sent.bytes)) : Buffer.from(sent.bytes)
    theirs.fill(0, 8, 16)
    const ours = messageOf((operations[call] as AnyCall)(argument))
    const difference = firstDifference(ours, theirs)
    if (difference === -1) return []
    const from = Math.max(0, difference - 8)
    const part = (bytes: Buffer) => bytes.subarray(from, from + 64).toString('hex')
    return [
      `${command}: byte ${difference} of ${ours.length}/${theirs.length}\n  ours ${part(ours)}\n  tc   ${part(theirs)}`,
    ]
  })
  assert.is(wrong.join('\n'), '')
})

test.run()
