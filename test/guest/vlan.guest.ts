import { AF, Connection } from '@netloom/netlink'
import { BRIDGE_VLAN_INFO, RTEXT_FILTER } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Attachment, standardPlugins } from '../cni-tap/attachment.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { callPlugin } from '../support/plugin.js'
import { trunk, withBridge } from './bridge.js'

const test = suite('cni-tap: VLANs of a bridge port with VLAN filtering')

const { PVID, UNTAGGED } = BRIDGE_VLAN_INFO

/** VLANs of a port, for example `5 pvid untagged, 20-22`. */
type Vlans = string

/** Formats VLANs with their flags. Merges consecutive IDs with equal flags. */
function format(vlans: readonly (readonly [vid: number, flags: string])[]): Vlans {
  const runs: { first: number; last: number; flags: string }[] = []
  for (const [vid, flags] of [...vlans].sort(([left], [right]) => left - right)) {
    const run = runs.at(-1)
    if (run?.last === vid - 1 && run.flags === flags) run.last = vid
    else runs.push({ first: vid, last: vid, flags })
  }
  return runs.map(({ first, last, flags }) => `${first === last ? first : `${first}-${last}`}${flags}`).join(', ')
}

/** Reads the VLANs with this library. */
function vlansOf({ path, ip }: Namespace, port: string): Vlans {
  const [{ ifindex }] = ip('link', 'show', port)
  using nl = Connection.open({ netns: path })
  const ports = nl.dumpSync('RTM_GETLINK', { family: AF.BRIDGE, attrs: { extMask: RTEXT_FILTER.BRVLAN } })
  const spec = ports.find(({ index }) => index === ifindex)?.attrs.afSpec
  const list = spec !== undefined && 'vlanInfo' in spec ? (spec.vlanInfo ?? []) : []
  return format(
    list.map(({ vid, flags }) => [vid, `${flags & PVID ? ' pvid' : ''}${flags & UNTAGGED ? ' untagged' : ''}`]),
  )
}

/** Reads the VLANs with iproute2. */
function shownVlans(namespace: Namespace, port: string): Vlans {
  const [found] = JSON.parse(namespace.exec('bridge', ['-j', 'vlan', 'show', 'dev', port]))
  const entries: { vlan: number; vlanEnd?: number; flags?: string[] }[] = found?.vlans ?? []
  return format(
    entries.flatMap(({ vlan, vlanEnd = vlan, flags = [] }) => {
      const text = `${flags.includes('PVID') ? ' pvid' : ''}${flags.includes('Egress Untagged') ? ' untagged' : ''}`
      return Array.from({ length: vlanEnd - vlan + 1 }, (_, at) => [vlan + at, text] as const)
    }),
  )
}

/** Returns the VLANs of the port that upstream's bridge plugin creates with the same keys on the same bridge. */
const upstreams = (a: Attachment, keys: object) =>
  inScratch((container): Vlans => {
    const config = a.config({ bridge: 'br0', ...keys, type: 'bridge' })
    const call = a.call('ADD', config, { netns: container.path, ifname: 'eth0' })
    const plugin = ['ip', 'netns', 'exec', a.namespace.name, `${standardPlugins}/bridge`]
    const { exitCode, json, stdout } = callPlugin(call, plugin)
    assert.is(exitCode, 0, stdout)
    return shownVlans(a.namespace, json.interfaces[1].name)
  })

interface Row {
  readonly keys: object
  /** Default VLAN of the bridge's ports, if it is not 1. 0 means none. */
  readonly defaultPvid?: number
  readonly vlans: Vlans
  /** VLANs with upstream's bridge plugin if they differ, and the reason for the difference. */
  readonly upstream?: readonly [vlans: Vlans, why: string]
}

const alwaysOne = 'it assumes that VLAN 1 is the VLAN of untagged frames, regardless of the bridge'

const rows: readonly Row[] = [
  { keys: {}, vlans: '1 pvid untagged' },
  { keys: { preserveDefaultVlan: false }, vlans: '1 pvid untagged' },
  { keys: { vlan: 5 }, vlans: '5 pvid untagged' },
  { keys: { vlan: 5, preserveDefaultVlan: true }, vlans: '1 untagged, 5 pvid untagged' },
  { keys: { vlan: 5, preserveDefaultVlan: false }, vlans: '5 pvid untagged' },
  { keys: { vlan: 1 }, vlans: '1 pvid untagged' },
  { keys: { vlan: 4094 }, vlans: '4094 pvid untagged' },
  { keys: trunk, vlans: '1 pvid untagged, 7, 20-22' },
  { keys: { ...trunk, preserveDefaultVlan: true }, vlans: '1 pvid untagged, 7, 20-22' },
  {
    keys: { ...trunk, preserveDefaultVlan: false },
    vlans: '7, 20-22',
    upstream: ['1 pvid untagged, 7, 20-22', alwaysOne],
  },
  { keys: { ...trunk, vlan: 100 }, vlans: '7, 20-22, 100 pvid untagged' },
  { keys: { ...trunk, vlan: 100, preserveDefaultVlan: true }, vlans: '1 untagged, 7, 20-22, 100 pvid untagged' },
  {
    keys: { ...trunk, vlan: 20 },
    vlans: '7, 20 pvid untagged, 21-22',
    upstream: ['7, 20-22', 'vlan is part of the trunk, so it becomes tagged, and untagged frames are dropped'],
  },
  {
    keys: { vlanTrunk: [{ minID: 20, maxID: 22 }, { id: 21 }, { minID: 22, maxID: 25 }] },
    vlans: '1 pvid untagged, 20-25',
  },
  { keys: { vlanTrunk: [{ minID: 1, maxID: 4094 }] }, vlans: '1 pvid untagged, 2-4094' },
  { keys: { vlanTrunk: [{ id: 1 }], vlan: 5 }, vlans: '1, 5 pvid untagged' },
  { keys: { vlan: 5 }, defaultPvid: 10, vlans: '5 pvid untagged' },
  { keys: { vlan: 5, preserveDefaultVlan: true }, defaultPvid: 10, vlans: '5 pvid untagged, 10 untagged' },
  {
    keys: trunk,
    defaultPvid: 10,
    vlans: '7, 10 pvid untagged, 20-22',
    upstream: ['1 pvid untagged, 7, 20-22', alwaysOne],
  },
  { keys: { vlan: 5 }, defaultPvid: 0, vlans: '5 pvid untagged' },
  { keys: trunk, defaultPvid: 0, vlans: '7, 20-22', upstream: ['1 pvid untagged, 7, 20-22', alwaysOne] },
]

/** On Node a call takes seconds in the guest, so only every fifth row is tested. */
const step = process.env.NETLOOM_PLUGIN === 'exe' ? 1 : 5

for (const { keys, defaultPvid = 1, vlans, upstream } of rows.filter((_, at) => at % step === 0)) {
  test(`${JSON.stringify(keys)} on a bridge with default VLAN ${defaultPvid}: ${vlans}`, () =>
    withBridge(async (a) => {
      a.succeed('ADD', a.config({ bridge: 'br0', ...keys }))
      assert.is(vlansOf(a.namespace, 'tap0'), vlans)
      assert.is(shownVlans(a.namespace, 'tap0'), vlans)
      assert.is(await upstreams(a, keys), upstream?.[0] ?? vlans)
    }, defaultPvid))
}

test.run()
