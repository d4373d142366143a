import { execFile } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Netlink } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { operationNames } from '../support/operations.js'

/** Compilers report a wrong key, kind or word at its position, and list what is accepted. */
const test = suite('errors of compilers')

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

/** A wrong call, in which « marks the place of the error, and what the message must contain. */
type Case = readonly [call: string, ...contained: (string | RegExp)[]]

/** The first arguments of the operations on an object that accept the same options. `…` stands for one more option. */
interface Operations {
  readonly verbs: readonly string[]
  readonly valid: string
}

const of = (valid: string, ...verbs: string[]): Operations => ({ verbs, valid })

const operations: Readonly<Record<string, readonly Operations[]>> = {
  link: [
    of(`{ name: 'x', kind: 'bridge', … }`, 'add', 'ensure'),
    of(`'x', { … }`, 'set'),
    of('{ up: true, … }', 'list'),
    of(`{ name: 'x', … }`, 'get', 'delete'),
  ],
  address: [
    of(`{ address: '10.0.0.1/24', dev: 'x', … }`, 'add', 'replace', 'ensure', 'get', 'delete'),
    of(`{ dev: 'x', … }`, 'list', 'flush'),
  ],
  route: [
    of(`{ dst: 'default', … }`, 'add', 'append', 'replace', 'ensure', 'get', 'delete', 'list', 'flush'),
    of(`'10.0.0.1', { … }`, 'lookup'),
  ],
  neighbour: [
    of(`{ dst: '10.0.0.1', dev: 'x', … }`, 'add', 'append', 'replace', 'ensure', 'get', 'delete'),
    of(`{ dev: 'x', … }`, 'list', 'flush'),
  ],
  rule: [of('{ priority: 7, … }', 'add', 'replace', 'ensure', 'get', 'delete', 'list', 'flush')],
  nexthop: [
    of('{ id: 7, … }', 'add', 'replace', 'ensure', 'get', 'delete'),
    of('{ groups: true, … }', 'list', 'flush'),
  ],
  qdisc: [
    of(`{ dev: 'x', kind: 'pfifo', … }`, 'add', 'replace', 'set', 'ensure', 'get', 'delete'),
    of(`{ dev: 'x', … }`, 'list'),
  ],
  class: [
    of(`{ dev: 'x', kind: 'drr', handle: '1:1', … }`, 'add', 'replace', 'set', 'ensure', 'get', 'delete'),
    of(`{ dev: 'x', … }`, 'list'),
  ],
  filter: [
    of(`{ dev: 'x', kind: 'matchall', … }`, 'add', 'replace', 'set', 'ensure', 'get', 'delete'),
    of(`{ dev: 'x', … }`, 'list'),
  ],
  chain: [of(`{ dev: 'x', chain: 1, … }`, 'add', 'ensure', 'get', 'delete'), of(`{ dev: 'x', … }`, 'list')],
  action: [
    of(`{ kind: 'gact', index: 1, … }`, 'add', 'replace', 'ensure', 'get', 'delete'),
    of(`{ kind: 'gact', … }`, 'list', 'flush'),
  ],
  rateLimit: [of(`{ dev: 'x', egress: '1mbit', … }`, 'ensure'), of(`{ dev: 'x', … }`, 'get', 'delete')],
  impairment: [of(`{ dev: 'x', to: '10.0.0.7', … }`, 'ensure', 'get', 'delete'), of(`{ dev: 'x', … }`, 'list')],
  'bridge.vlan': [
    of(`{ dev: 'x', vid: 7, … }`, 'add', 'set', 'ensure', 'get', 'delete'),
    of(`{ dev: 'x', … }`, 'list'),
  ],
  'bridge.globalVlan': [of(`{ dev: 'x', vid: 7, … }`, 'set', 'ensure', 'get'), of(`{ dev: 'x', … }`, 'list')],
  'bridge.vni': [of(`{ dev: 'x', vni: 7, … }`, 'add', 'set', 'ensure', 'get', 'delete'), of(`{ dev: 'x', … }`, 'list')],
  'bridge.mdb': [
    of(`{ dev: 'x', group: '239.1.1.1', … }`, 'add', 'replace', 'ensure', 'get', 'delete'),
    of(`{ dev: 'x', … }`, 'list'),
  ],
}

test('the table contains every operation with options', () => {
  const tested = Object.entries(operations).flatMap(([object, list]) =>
    list.flatMap(({ verbs }) => verbs.map((verb) => `${object}.${verb}`)),
  )
  using nl = Netlink.open({ socketFactory: mockKernel() })
  assert.equal(
    operationNames(nl).filter((name) => !tested.includes(name) && !name.startsWith('nsid.')),
    [],
  )
})

/** A wrong key in the options of every operation, in both forms, and a wrong option of every call. */
function* wrongKeys(): Generator<Case> {
  for (const [object, list] of Object.entries(operations))
    for (const { verbs, valid } of list)
      for (const verb of verbs.flatMap((each) => [each, `${each}Sync`])) {
        yield [`nl.${object}.${verb}(${valid.replace('…', '«nope: 7')})`, `'nope' does not exist in type`]
        const accepted = valid.replace(/(, )?…/, '')
        yield [`nl.${object}.${verb}(${accepted}, { «tiemout: 7 })`, /'tiemout' does not exist in type '\w*Options/]
      }
}

/** Wrong words and kinds: the message lists the words. */
const wrongWords: readonly Case[] = [
  [`nl.link.add({ name: 'x', «kind: 'bridgee' })`, '"bond"', 'BareLinkKind', `Did you mean '"bridge"'?`],
  [`nl.link.add({ name: 'x', «kind: 'nope', data: { id: 1 } })`, '"bond"', 'BareLinkKind'],
  [`nl.link.ensure({ name: 'x', «kind: 'vlna' })`, '"bond"', 'BareLinkKind'],
  [`nl.link.set('x', { «kind: 'vlna', mtu: 7 })`, '"bond"', '"bridge"'],
  [`nl.link.list({ «kind: 'vlna' })`, 'LinkKind'],
  [`nl.link.add({ name: 'x', kind: 'vlan', data: { «idd: 1 } })`, `'idd' does not exist in type`],
  [`nl.link.add({ name: 'x', kind: 'vlan', data: { «protocol: 'ipv6' } })`, '"802.1Q" | "802.1ad"'],
  [`nl.link.add({ name: 'x', kind: 'bond', data: { «mode: '8023ad' } })`, '"active-backup"', '"802.3ad"'],
  [`nl.link.set('x', { kind: 'bond', data: { «mode: '8023ad' } })`, '"active-backup"', '"802.3ad"'],
  [`nl.link.ensure({ name: 'x', kind: 'macvlan', data: { «mode: 'bridg' } })`, '"bridge"', '"vepa"'],
  [`nl.link.add({ name: 'x', kind: 'ifb', «data: {} })`, `'data' does not exist in type`],
  [`nl.link.set('x', { kind: 'ifb', «data: {} })`, `'data' does not exist in type`],
  [`nl.link.add({ name: 'x', kind: 'veth', peer: { «nme: 'y' } })`, `'nme' does not exist in type 'NewPeer'`],
  [`nl.link.add({ name: 'x', kind: 'veth', «addrGenMode: 'nope' })`, '"eui64"', '"stable_secret"'],
  [`nl.link.set('x', { «linkmode: 'nope' })`, '"default"', '"dormant"'],
  [`nl.link.set('x', { flags: { «PROMISK: true } })`, `'PROMISK' does not exist in type`],
  [`nl.link.set('x', { slaveKind: 'bridge', slaveData: { «state: 'forwardin' } })`, '"blocking"', '"forwarding"'],
  [`nl.link.add({ name: 'x', kind: 'veth', slaveKind: 'bond', slaveData: { «prioo: 7 } })`, `'prioo' does not exist`],
  [`nl.link.set('x', { «slaveKind: 'bridg' })`, '"bond"', '"bridge"', '"vrf"'],
  [`nl.address.add({ address: '10.0.0.1/24', dev: 'x', «scope: 'far' })`, '"global"', '"link"'],
  [`nl.address.add({ address: '10.0.0.1/24', dev: 'x', flags: [«'NOPE'] })`, '"NODAD"', '"MANAGETEMPADDR"'],
  [`nl.address.list({ «family: 'inet4' })`, `Did you mean '"inet"'?`],
  [`nl.route.add({ dst: 'default', «type: 'blackhol' })`, '"blackhole"', '"unreachable"'],
  [`nl.route.list({ «type: 'blackhol' })`, '"blackhole"', '"unreachable"'],
  [`nl.route.add({ dst: 'default', encap: { «type: 'mpsl', data: { dst: 300 } } })`, '"mpls"'],
  [`nl.route.add({ dst: 'default', encap: { «type: 'seg6locl', data: {} } })`, '"seg6local"'],
  [`nl.route.add({ dst: 'default', encap: { type: 'seg6local', data: { «action: 'End.Y' } } })`, '"End.DX4"'],
  [`nl.route.add({ dst: 'default', encap: { type: 'ip', data: { «idd: 1n } } })`, `'idd' does not exist in type`],
  [`nl.route.add({ dst: 'default', «pref: 'higher' })`, '"high"', '"medium"'],
  [`nl.route.add({ dst: 'default', multipath: [{ «devv: 'x' }] })`, `'devv' does not exist in type 'NewRouteNexthop'`],
  [`nl.route.add({ dst: 'default', features: [«'ECNN'] })`, '"ECN"'],
  [`nl.route.lookup('10.0.0.1', { «ipproto: 'tpc' })`, '"ah"', '"esp"'],
  [`nl.rule.add({ «action: 'prohibitt' })`, '"prohibit"', '"to_tbl"'],
  [`nl.rule.add({ «ipProto: 'tpc' })`, '"ah"', '"esp"'],
  [`nl.rule.add({ realms: { «form: 7 } })`, `'form' does not exist in type 'NewRealms'`],
  [`nl.neighbour.add({ dev: 'x', dst: '10.0.0.1', state: [«'REACHABL'] })`, '"REACHABLE"', '"PERMANENT"'],
  [`nl.neighbour.add({ dev: 'x', dst: '10.0.0.1', flags: [«'ROUTR'] })`, '"ROUTER"'],
  [`nl.neighbour.list({ «family: 'bridg' })`, `Did you mean '"bridge"'?`],
  [`nl.nexthop.add({ «groupType: 'mpat' })`, '"mpath"', '"resilient"'],
  [`nl.nexthop.add({ group: [{ id: 1, «wieght: 2 }] })`, `'wieght' does not exist in type`],
  [`nl.qdisc.add({ dev: 'x', «kind: 'htbb' })`, '"ingress"', 'BareQdiscKind', `Did you mean '"htb"'?`],
  [`nl.qdisc.get({ dev: 'x', «kind: 'htbb' })`, 'QdiscKind'],
  [`nl.qdisc.list({ «kind: 'htbb' })`, 'QdiscKind'],
  [`nl.qdisc.add({ dev: 'x', «kind: 'tbff', options: {} })`, '"ingress"', 'BareQdiscKind'],
  [`nl.qdisc.add({ dev: 'x', kind: 'pfifo', options: { «limitt: 1 } })`, `'limitt' does not exist`, `'limit'`],
  [`nl.qdisc.set({ dev: 'x', kind: 'pfifo', options: { limit: 1 }, «parent: 'rot' })`, `Did you mean '"root"'?`],
  [`nl.bridge.vlan.add({ dev: 'x', vid: 7, «state: 'forwardin' })`, '"blocking"', '"forwarding"'],
  [`nl.bridge.mdb.add({ dev: 'x', group: '239.1.1.1', «mode: 'includ' })`, '"exclude"', '"include"'],
  [`nl.watch([«'linkk'])`, `Did you mean '"link"'?`],
  [`nl.cache([«'linkk'])`, `Did you mean '"link"'?`],
  [`nl.watch(['link'], { «bufer: 7 })`, `'bufer' does not exist in type`],
]

const right = [
  `declare module '@netloom/netlink' {`,
  '  interface BareLinkKinds {',
  '    mykind: true',
  '  }',
  '}',
  `nl.link.add({ name: 'x', kind: 'mykind' })`,
  `nl.link.add({ name: 'x', kind: 'ifb' })`,
  `nl.link.getSync('x')?.kind === 'mykind'`,
]

/** Runs a compiler. Returns the diagnostics with their continuations: `a.ts(3,26): error TS2820: …`. */
function compile(compiler: string, folder: string): Promise<readonly string[]> {
  const program = join(root, 'node_modules', compiler, 'bin/tsc')
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes']
  const target = ['--module', 'nodenext', '--target', 'es2023', '--lib', 'es2024,esnext.disposable', '--types', 'node']
  return new Promise((resolve) =>
    execFile(
      ...([process.execPath, [program, ...options, ...target, '--pretty', 'false', 'a.ts'], { cwd: folder }] as const),
      (_error, stdout) => resolve(stdout.trim().split(/\n(?=\S)/)),
    ),
  )
}

for (const compiler of ['typescript', 'typescript-5'])
  test(`${compiler} reports the place of each mistake, and what is accepted`, async () => {
    const cases = [...wrongKeys(), ...wrongWords]
    const head = [`import { Netlink } from '@netloom/netlink'`, 'const nl = Netlink.open()']
    const lines = [...head, ...cases.map(([call]) => call.replace('«', '')), ...right]
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netloom-types-')))
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
      writeFileSync(join(folder, 'a.ts'), `${lines.join('\n')}\n`)
      const found = await compile(compiler, folder)
      const wrong: string[] = []
      for (const [index, [call, ...contained]] of cases.entries()) {
        const [line, column] = [head.length + index + 1, call.indexOf('«') + 1]
        const message = found.find((each) => each.startsWith(`a.ts(${line},${column}): `))
        const isComplete = contained.every((part) =>
          typeof part === 'string' ? message?.includes(part) : part.test(message ?? ''),
        )
        if (!isComplete)
          wrong.push(`${call}\n  ${message ?? found.filter((each) => each.startsWith(`a.ts(${line},`)).join('\n  ')}`)
      }
      assert.is(wrong.join('\n'), '')
      const behind = found.filter((each) => Number(/^a\.ts\((\d+)/.exec(each)?.[1]) > head.length + cases.length)
      assert.equal(behind, [])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

test.run()
