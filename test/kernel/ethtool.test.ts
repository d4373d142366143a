import { type EthtoolObject, Netlink, NetlinkError } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { ethtool, ethtoolJson, ethtoolSuites } from '../support/ethtool.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Reads of nl.ethtool, compared with what ethtool prints.

const test = suiteNeeding('reads of ethtool', 'netns', 'tun', 'ethtool')

const links = ['lo', 'br0', 'v0', 'tap0']

/** Calls `use` with a namespace that has a link of each kind that this kernel has. */
function withLinks(use: (nl: Netlink, namespace: Namespace) => Promise<void>): Promise<void> {
  return inScratch(async (namespace) => {
    namespace.ip('link', 'add', 'br0', 'type', 'bridge')
    namespace.ip('link', 'add', 'v0', 'numrxqueues', 2, 'numtxqueues', 2, 'type', 'veth', 'peer', 'name', 'v1')
    namespace.ip('link', 'set', 'v0', 'up')
    namespace.ip('link', 'set', 'v1', 'up')
    namespace.exec('ip', ['tuntap', 'add', 'tap0', 'mode', 'tap', 'multi_queue'])
    using nl = Netlink.open({ netns: namespace.path })
    await use(nl, namespace)
  })
}

/** Returns what an operation resolves to; undefined if the driver does not support it. */
async function ifSupported<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'EOPNOTSUPP') return undefined
    throw error
  }
}

/** ethtool's words for ports. */
const ports: Readonly<Record<string, string>> = { tp: 'Twisted Pair', other: 'Other' }
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

test('link settings are those of ethtool', () =>
  withLinks(async (nl, namespace) => {
    for (const link of links)
      for (const suite of ethtoolSuites) {
        const { linkInfo: info, linkModes: modes, linkState: state } = await nl.ethtool.get(link)
        // ethtool of Debian 12 prints these without JSON.
        if (suite === 'bookworm') {
          const { output } = ethtool(namespace, [link], suite)
          if (modes?.speed !== undefined) assert.match(output, `Speed: ${modes.speed}Mb/s`)
          if (state?.link !== undefined) assert.match(output, `Link detected: ${state.link ? 'yes' : 'no'}`)
          continue
        }
        const theirs = ethtoolJson(namespace, [link], suite)
        assert.is(theirs.ifname, link)
        assert.is(modes?.speed, theirs.speed, `speed of ${link}`)
        assert.is(
          modes?.duplex === undefined || modes.duplex === 'unknown' ? undefined : capital(String(modes.duplex)),
          theirs.duplex,
        )
        assert.is(modes?.autonegotiation, theirs['auto-negotiation'])
        assert.equal(modes?.supported, theirs['supported-link-modes'])
        assert.equal(modes?.advertised, theirs['advertised-link-modes'])
        assert.is(info && ports[info.port ?? ''], theirs.port)
        assert.is(info?.phyAddress, theirs.phyad)
        assert.is(info?.transceiver, theirs.transceiver)
        assert.is(state?.link, theirs['link-detected'])
      }
  }))

/** ethtool's names of features that are alone in their group. It prints the group in place of the feature. */
const alone: Readonly<Record<string, string>> = {
  'rx-checksum': 'rx-checksumming',
  'tx-generic-segmentation': 'generic-segmentation-offload',
  'rx-gro': 'generic-receive-offload',
  'rx-lro': 'large-receive-offload',
  'rx-vlan-hw-parse': 'rx-vlan-offload',
  'tx-vlan-hw-insert': 'tx-vlan-offload',
  'rx-ntuple-filter': 'ntuple-filters',
  'rx-hashing': 'receive-hashing',
}

test('features and their groups are those of ethtool', () =>
  withLinks(async (nl, namespace) => {
    for (const link of links) {
      const { features, groups } = await nl.ethtool.features.get(link)
      const { ifname, ...theirs } = ethtoolJson(namespace, ['-k', link])
      assert.is(ifname, link)
      const ours: Record<string, object> = {}
      for (const [name, feature] of Object.entries(features)) ours[alone[name] ?? name] = feature
      for (const [name, active] of Object.entries(groups)) ours[name] ??= { active, fixed: null, requested: null }
      const sorted = (value: object) => Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
      // ethtool reports nothing as requested of a feature that is fixed.
      const comparable = Object.fromEntries(sorted(ours))
      assert.equal(
        sorted(comparable).map(([name, each]) => [name, each.active, each.fixed]),
        sorted(theirs).map(([name, each]) => [name, each.active, each.fixed]),
      )
      for (const [name, each] of sorted(comparable))
        if (each.fixed === false) assert.is(each.requested, theirs[name].requested, `${name} of ${link}`)
    }
  }))

/** ethtool's keys of the members of an object, and the option that prints it. */
const keys = {
  channels: [
    '-l',
    { 'rx-max': 'rxMax', 'tx-max': 'txMax', 'combined-max': 'combinedMax', rx: 'rx', tx: 'tx', combined: 'combined' },
  ],
  coalesce: ['-c', { 'rx-frames': 'rxFrames', 'rx-usecs': 'rxUsecs' }],
  rings: ['-g', { rx: 'rx', tx: 'tx' }],
  pause: ['-a', { rx: 'rx', tx: 'tx' }],
  eee: ['--show-eee', { enabled: 'enabled' }],
  fec: ['--show-fec', { active: 'active' }],
  rss: ['-x', { 'rss-hash-key': 'hashKey' }],
} as const

test('queues and coalescing are those of ethtool; what it does not print is not supported', () =>
  withLinks(async (nl, namespace) => {
    let compared = 0
    for (const link of links)
      for (const [subject, [option, members]] of Object.entries(keys)) {
        const ours = await ifSupported(nl.ethtool[subject as keyof typeof keys].get(link) as Promise<EthtoolObject>)
        const theirs = ethtoolJson(namespace, [option, link])
        assert.is(ours === undefined, theirs === undefined, `${subject} of ${link}`)
        if (ours === undefined) continue
        const { dev: _, devName, ...rest } = ours
        const { ifname, ...found } = theirs
        assert.is(devName, ifname)
        const renamed = Object.entries(found).map(([key, value]) => [
          (members as Record<string, string>)[key] ?? key,
          value,
        ])
        assert.equal(rest, Object.fromEntries(renamed))
        compared += 1
      }
    assert.ok(compared >= 3, 'veth and tap have channels, tap has coalescing')
  }))

test('time stamping is what ethtool prints', () =>
  withLinks(async (nl, namespace) => {
    for (const link of ['lo', 'v0', 'tap0'])
      for (const suite of ethtoolSuites) {
        const { output } = ethtool(namespace, ['-T', link], suite)
        const { capabilities, phcIndex } = await nl.ethtool.timestamping.get(link)
        const printed = [...output.matchAll(/^\t([a-z-]+)(?: +\(SOF|$)/gm)].map(([, name]) => name)
        assert.equal(capabilities, printed, link)
        assert.is(phcIndex, undefined)
      }
  }))

test('a list has the links whose driver supports the request', () =>
  withLinks(async (nl) => {
    const all = [...links, 'v1'].sort()
    const namesOf = (list: readonly { readonly devName: string }[]) => list.map(({ devName }) => devName).sort()
    assert.equal(namesOf(await nl.ethtool.features.list()), all)
    assert.equal(namesOf(await nl.ethtool.linkState.list()), all)
    assert.equal(namesOf(nl.ethtool.channels.listSync()), ['tap0', 'v0', 'v1'])
    assert.equal(namesOf(nl.ethtool.debug.listSync()), ['tap0'])
    assert.equal(await nl.ethtool.rings.list(), [])
    assert.equal(await nl.ethtool.tunnels.list(), [])
    for (const each of await nl.ethtool.channels.list()) assert.equal(each, await nl.ethtool.channels.get(each.dev))
  }))

test('a driver without the operation, and a missing link, are reported with the object', () =>
  withLinks(async (nl) => {
    const codeOf = (run: () => unknown) => {
      try {
        run()
      } catch (error) {
        const { code, object } = error as NetlinkError
        return `${code} ${object}`
      }
      return 'no error'
    }
    assert.is(
      codeOf(() => nl.ethtool.rings.getSync('v0')),
      'EOPNOTSUPP rings of v0',
    )
    assert.is(
      codeOf(() => nl.ethtool.rings.setSync('v0', { rx: 64 })),
      'EOPNOTSUPP rings of v0',
    )
    assert.is(
      codeOf(() => nl.ethtool.eee.getSync({ name: 'br0' })),
      'EOPNOTSUPP EEE of br0',
    )
    assert.is(
      codeOf(() => nl.ethtool.cableTestSync('v0')),
      'EOPNOTSUPP v0',
    )
    assert.is(
      codeOf(() => nl.ethtool.readModuleSync('v0', { offset: 0, length: 16 })),
      'EOPNOTSUPP v0',
    )
    assert.is(
      codeOf(() => nl.ethtool.features.getSync('missing')),
      'ENODEV features of missing',
    )
    assert.is(
      codeOf(() => nl.ethtool.getSync('missing')),
      'ENODEV missing',
    )
  }))

test('objects keep their message, and a link is found by each of its names', () =>
  withLinks(async (nl, namespace) => {
    namespace.ip('link', 'property', 'add', 'dev', 'v0', 'altname', 'an-alternative-name-of-v0')
    const byName = await nl.ethtool.channels.get('v0')
    assert.equal(await nl.ethtool.channels.get({ altName: 'an-alternative-name-of-v0' }), byName)
    assert.equal(await nl.ethtool.channels.get(byName.dev), byName)
    const link = await nl.link.get('v0')
    assert.ok(link)
    assert.equal(await nl.ethtool.channels.get(link), byName)
    const { message } = byName as unknown as { message: { attrs: { rxCount: number } } }
    assert.is(message.attrs.rxCount, byName.rx)
  }))

test('string sets are those of the kernel', () =>
  withLinks(async (nl) => {
    const features = await nl.ethtool.strings('features')
    assert.equal(
      features.filter((name) => name !== ''),
      Object.keys((await nl.ethtool.features.get('v0')).features),
    )
    assert.ok(nl.ethtool.stringsSync('link_modes').includes('1000baseT/Full'))
    assert.equal(await nl.ethtool.strings('priv_flags', 'v0'), [])
  }))

test.run()
