import { createLab, type Impairment, type Lab } from '@netloom/netlink/lab'
import * as assert from 'uvu/assert'
import { netTool } from '../support/net-tools.js'
import { suiteNeeding } from '../support/privileges.js'

/** In a guest, because this machine's kernel may lack CONFIG_NET_SCH_NETEM. */
const test = suiteNeeding('impairments of labs', 'netns', 'netTools')

type Impaired = Lab<'near' | 'far'>

/** Defines a test with two namespaces, whose link has the impairment in one direction. */
const impaired = (name: string, impairment: Omit<Impairment, 'dev'>, use: (lab: Impaired) => Promise<void> | void) =>
  test(name, async () => {
    await using lab = await createLab({
      near: {
        links: [{ name: 'eth0', kind: 'veth', peer: { name: 'eth0', netns: 'far' } }],
        addresses: [{ address: '10.0.0.1/24', dev: 'eth0' }],
        // Requests for the address of the neighbour would be impaired too.
        neighbours: [{ dst: '10.0.0.2', dev: 'eth0', lladdr: '02:00:00:00:00:02', state: ['PERMANENT'] }],
        impairments: [{ dev: 'eth0', ...impairment }],
      },
      far: { addresses: [{ address: '10.0.0.2/24', dev: 'eth0' }] },
    })
    await lab.ns.far.nl.link.set('eth0', { address: '02:00:00:00:00:02' })
    await use(lab)
  })

interface Pings {
  /** Sequence numbers of the answers, in the order of their arrival. */
  readonly answers: readonly number[]
  readonly duplicates: number
  /** The shortest time until an answer, in milliseconds. */
  readonly fastest: number
}

/** Sends packets through the link, and returns what became of them. */
function ping({ ns }: Impaired, count: number, size = 56): Pings {
  const options = ['-c', count, '-i', 0.005, '-W', 3, '-s', size, '10.0.0.2']
  // ping fails if packets are lost.
  const [program, ...args] = ['sh', '-c', '"$@" || :', 'sh', ...netTool('ping', ...options)]
  const text = String(ns.near.execSync(program, args))
  const lines = [...text.matchAll(/icmp_seq=(\d+) .*time=([\d.]+) ms( \(DUP!\))?/g)]
  return {
    answers: lines.filter((line) => line[3] === undefined).map((line) => Number(line[1])),
    duplicates: lines.filter((line) => line[3] !== undefined).length,
    fastest: Math.min(...lines.map((line) => Number(line[2]))),
  }
}

const isSorted = (numbers: readonly number[]) => numbers.every((each, at) => at === 0 || each > Number(numbers[at - 1]))

impaired('a delay holds each packet back', { delay: 200 }, (lab) => {
  const { answers, fastest } = ping(lab, 20)
  assert.ok(isSorted(answers), String(answers))
  assert.is(answers.length, 20)
  assert.ok(fastest >= 200, `${fastest} ms`)
})

impaired('a rate makes large packets take longer', { rate: 80_000 }, (lab) => {
  // 1,042 bytes with their headers.
  assert.ok(ping(lab, 3, 1000).fastest >= 100)
})

impaired('half of the packets are lost', { loss: 0.5 }, (lab) => {
  const { length } = ping(lab, 400).answers
  // Ten standard deviations.
  assert.ok(length > 100 && length < 300, `${length} of 400`)
})

impaired('all packets are lost', { loss: 1 }, (lab) => assert.equal(ping(lab, 20).answers, []))

impaired('each packet is duplicated', { duplicate: 1 }, (lab) => {
  const { answers, duplicates } = ping(lab, 20)
  assert.is(answers.length, 20)
  // Those of the last packet arrive after ping has ended.
  assert.ok(duplicates >= 19, `${duplicates} of 20`)
})

impaired('packets with wrong bits are dropped', { corrupt: 1 }, (lab) => {
  // Those with a wrong bit in the address of the sender are not.
  const { length } = ping(lab, 100).answers
  assert.ok(length < 50, `${length} of 100`)
})

impaired('packets overtake those that are delayed', { delay: 100, reorder: 0.5 }, (lab) => {
  const { answers, fastest } = ping(lab, 100)
  assert.is(answers.length, 100)
  assert.not.ok(isSorted(answers), String(answers))
  assert.ok(fastest < 100, `${fastest} ms`)
})

/** The qdisc as `tc` prints it, with the words of a lab: milliseconds, probabilities, bits per second. */
function asImpairment({ ns }: Impaired): Impairment | undefined {
  const [qdisc] = JSON.parse(String(ns.near.execSync('tc', ['-j', 'qdisc', 'show', 'dev', 'eth0'])))
  if (qdisc?.kind !== 'netem') return undefined
  const { limit, delay, rate, duplicate, reorder, corrupt, ...options } = qdisc.options
  const rounded = (value: number, digits: number) => Number(value.toFixed(digits))
  return {
    dev: 'eth0',
    ...{ limit, delay: rounded(delay.delay * 1000, 3), jitter: rounded(delay.jitter * 1000, 3) },
    ...{ loss: rounded(options['loss-random'].loss, 6), duplicate: rounded(duplicate.duplicate, 6) },
    ...{ reorder: rounded(reorder.reorder, 6), corrupt: rounded(corrupt.corrupt, 6), rate: rate.rate * 8 },
  }
}

/** Times are multiples of 64 ns, because tc rounds them down to that. */
const all = {
  ...{ delay: 20, jitter: 3.2, loss: 0.5, duplicate: 0.01, corrupt: 0.001, reorder: 0.25, rate: 8e6, limit: 77 },
}

impaired('tc prints what was given, and nothing is left when it is removed', all, async (lab) => {
  assert.equal(asImpairment(lab), { dev: 'eth0', ...all })
  await lab.ns.near.nl.qdisc.delete({ dev: 'eth0', kind: 'netem' })
  assert.is(asImpairment(lab), undefined)
  assert.is(ping(lab, 20).answers.length, 20)
})

test.run()
