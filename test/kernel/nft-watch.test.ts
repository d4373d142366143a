import { execFileSync } from 'node:child_process'
import { Netlink, type NftChangeEvent, type NftTrace, type NftTransaction, type NftWatchEvent } from '@netloom/netlink'
import { accept, counter, drop, ip, jump, meta, tcp, udp } from '@netloom/netlink/nft'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { rejects } from '../support/rejects.js'

const test = suiteNeeding('watching nftables', 'netns')

const opened = (use: (nl: Netlink, path: string, name: string) => Promise<void>) =>
  inScratch(async ({ path, name }) => {
    using nl = Netlink.open({ netns: path })
    await use(nl, path, name)
  })

/** Sends a packet inside a namespace. An error is not reported: rules may drop it. */
function send(namespace: string, text: string, port: number, address: string): void {
  const kind = address.includes(':') ? 'udp6' : 'udp4'
  const program = `const s = require('node:dgram').createSocket('${kind}'); s.send('${text}', ${port}, '${address}', () => s.close())`
  execFileSync('ip', ['netns', 'exec', namespace, process.execPath, '-e', program])
}

/** Returns the events up to that of a generation. */
async function transaction(watch: AsyncIterator<NftWatchEvent>): Promise<NftWatchEvent[]> {
  const events: NftWatchEvent[] = []
  while (events.at(-1)?.type !== 'generation') {
    const { value } = await watch.next()
    assert.ok(value, 'the watch ended')
    events.push(value)
  }
  return events
}

const isChange = (event: NftWatchEvent): event is NftChangeEvent => 'kind' in event

/** Describes events: `added rule tcp dport 22 accept`. */
const words = (events: readonly NftWatchEvent[]) =>
  events.filter(isChange).map(({ type, kind, object }) => {
    const { name, text, set, elements } = object as unknown as Record<string, unknown> & {
      elements?: { key: unknown }[]
    }
    const content = kind === 'rule' ? text : (name ?? `${set} ${elements?.map(({ key }) => key)}`)
    return `${type} ${kind} ${content}`
  })

function everything(t: NftTransaction): void {
  t.addTable({ name: 't' })
  t.addSet({ table: 't', name: 's', type: 'ipv4_addr', flags: ['interval'], elements: ['10.0.0.0/8', '192.168.0.1'] })
  t.addCounter({ table: 't', name: 'n' })
  t.addChain({ table: 't', name: 'c', hook: 'input', policy: 'accept' })
  t.addRule({ table: 't', chain: 'c', rule: [ip.saddr('@s'), tcp.dport(22, 80), counter('n'), accept()] })
}

test('changes of each kind are events, and each transaction ends with its process', () =>
  opened(async (nl, path) => {
    using other = Netlink.open({ netns: path })
    using watch = await nl.nft.watch().ready()
    await other.nft.transaction(everything)
    const added = await transaction(watch)
    assert.equal(words(added), [
      'added table t',
      'added set s',
      'added elements s 10.0.0.0/8,192.168.0.1',
      'added object n',
      'added chain c',
      'added rule ip saddr @s tcp dport { 22, 80 } counter name "n" accept',
    ])
    const last = added.at(-1)
    assert.ok(last?.type === 'generation')
    assert.is(last.process.id, process.pid)
    assert.match(last.process.name, /node|MainThread|bun/)

    await other.nft.transaction((t) => {
      t.addChain({ table: 't', name: 'c', hook: 'input', policy: 'drop' })
      t.deleteElements({ table: 't', set: 's', elements: ['10.0.0.0/8'] })
      t.flushChain({ table: 't', name: 'c' })
    })
    const changed = await transaction(watch)
    assert.equal(words(changed), [
      'changed chain c',
      'removed elements s 10.0.0.0/8',
      'removed rule ip saddr @s tcp dport { 22, 80 } counter name "n" accept',
    ])
    const [chain] = changed
    assert.ok(chain?.type === 'changed' && chain.kind === 'chain')
    assert.equal([chain.before?.policy, chain.object.policy], ['accept', 'drop'])
    const next = changed.at(-1)
    assert.ok(next?.type === 'generation' && next.generation === last.generation + 1)

    await other.nft.transaction((t) => t.deleteTable({ name: 't' }))
    // The kernel does not report the elements of a set that is removed.
    const removed = words(await transaction(watch))
    assert.equal([...removed].sort(), ['removed chain c', 'removed object n', 'removed set s', 'removed table t'])
  }))

test('objects that exist when a watch begins are known when they are removed', () =>
  opened(async (nl, path) => {
    using other = Netlink.open({ netns: path })
    await other.nft.transaction(everything)
    using watch = await nl.nft.watch().ready()
    await other.nft.transaction((t) => {
      t.flushChain({ table: 't', name: 'c' })
      t.deleteChain({ table: 't', name: 'c' })
      t.deleteObject({ table: 't', name: 'n', type: 'counter' })
    })
    const events = await transaction(watch)
    assert.equal(words(events), [
      'removed rule ip saddr @s tcp dport { 22, 80 } counter name "n" accept',
      'removed chain c',
      'removed object n',
    ])
    const [, chain] = events
    assert.ok(chain?.type === 'removed' && chain.kind === 'chain')
    assert.equal([chain.object.hook, chain.object.policy], ['input', 'accept'])
  }))

test('traces name the rule, the verdict and the headers of real packets', () =>
  opened(async (nl, _, name) => {
    await nl.link.set('lo', { up: true })
    await nl.nft.transaction((t) => {
      t.addTable({ name: 't' })
      t.addChain({ table: 't', name: 'other' })
      t.addChain({ table: 't', name: 'c', hook: 'input', priority: 'filter', policy: 'drop' })
      t.addRule({ table: 't', chain: 'c', rule: [udp.dport(5000), meta.nftrace.set(1)] })
      t.addRule({ table: 't', chain: 'c', rule: [ip.daddr('127.0.0.1', '127.0.0.2'), jump('other')] })
      t.addRule({ table: 't', chain: 'other', rule: [udp.length(13), meta.mark.set(7)] })
    })
    using traces = await nl.nft.traces().ready()
    // A rule that is added later is known too.
    await nl.nft.transaction((t) =>
      t.addRule({ table: 't', chain: 'c', rule: [meta.mark(7), udp.dport(5000, 5001), drop()] }),
    )
    send(name, '12345', 5000, '127.0.0.1')
    const steps: NftTrace[] = []
    for await (const event of traces) {
      assert.ok(event.type === 'trace')
      steps.push(event)
      if (event.verdict === 'drop') break
    }
    assert.equal(
      steps.map(({ chain, step, rule, verdict }) => [chain, step, rule?.text, verdict]),
      [
        ['c', 'rule', 'udp dport 5000 meta nftrace set 1', 'continue'],
        ['c', 'rule', 'ip daddr { 127.0.0.1, 127.0.0.2 } jump other', 'jump other'],
        ['other', 'rule', 'udp length 13 meta mark set 0x00000007', 'continue'],
        ['other', 'return', undefined, 'continue'],
        ['c', 'rule', 'meta mark 0x00000007 udp dport { 5000, 5001 } drop', 'drop'],
      ],
    )
    const { ip: network, udp: transport, ether } = steps[0]?.packet ?? {}
    assert.equal(
      [network?.saddr, network?.daddr, network?.protocol, network?.length],
      ['127.0.0.1', '127.0.0.1', 'udp', 33],
    )
    assert.equal([transport?.dport, transport?.length, ether], [5000, 13, undefined])
    assert.is(new Set(steps.map(({ id }) => id)).size, 1)
    assert.ok(steps.every(({ packet }) => packet === steps[0]?.packet))
    assert.equal([steps[0]?.iif, steps[4]?.mark], [1, 7])
  }))

test('a policy is the last step of a packet that no rule decides about', () =>
  opened(async (nl, _, name) => {
    await nl.link.set('lo', { up: true })
    await nl.nft.transaction((t) => {
      t.addTable({ name: 't' })
      t.addChain({ table: 't', name: 'c', hook: 'output', policy: 'drop' })
      t.addRule({ table: 't', chain: 'c', rule: [meta.nftrace.set(1)] })
    })
    using traces = await nl.nft.traces().ready()
    send(name, 'x', 9, '::1')
    const seen: NftTrace[] = []
    for await (const event of traces) {
      assert.ok(event.type === 'trace')
      if (event.packet.udp?.dport === 9) seen.push(event)
      if (seen.at(-1)?.step === 'policy') break
    }
    assert.equal([seen[0]?.packet.ip6?.daddr, seen[0]?.packet.ip6?.nexthdr], ['::1', 'udp'])
    assert.equal(
      seen.map(({ step, verdict }) => [step, verdict]),
      [
        ['rule', 'continue'],
        ['return', 'continue'],
        ['policy', 'drop'],
      ],
    )
  }))

test('a watch ends when it is closed or aborted, and its options are checked', () =>
  opened(async (nl) => {
    const watch = await nl.nft.watch().ready()
    const next = watch.next()
    watch.close()
    assert.equal(await next, { done: true, value: undefined })
    const abort = new AbortController()
    const aborted = nl.nft.watch({ signal: abort.signal })
    const waiting = aborted.next()
    abort.abort(new Error('enough'))
    await rejects(waiting, /enough/)
    assert.throws(() => nl.nft.watch({ signal: 5 as never }), /signal/)
    assert.throws(() => nl.nft.traces({ receiveBuffer: 0 }), /receiveBuffer/)
    assert.throws(() => nl.nft.watch({ kinds: [] } as never), /kinds/)
    const open = await nl.nft.traces().ready()
    const end = open.next()
    nl.close()
    assert.equal(await end, { done: true, value: undefined })
  }))

test('after an overrun, the events say so and go on with the present ruleset', () =>
  opened(async (nl, path) => {
    using other = Netlink.open({ netns: path })
    using watch = await nl.nft.watch({ receiveBuffer: 4096 }).ready()
    const elements = Array.from({ length: 3000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`)
    other.nft.transactionSync((t) => {
      t.addTable({ name: 't' })
      t.addSet({ table: 't', name: 's', type: 'ipv4_addr', elements })
    })
    for await (const event of watch) if (event.type === 'overrun') break
    using again = await nl.nft.watch().ready()
    other.nft.transactionSync((t) => t.deleteTable({ name: 't' }))
    assert.ok(words(await transaction(again)).includes('removed set s'))
  }))

test.run()
