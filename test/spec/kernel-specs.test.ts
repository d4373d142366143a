import { parseSpec } from '@netloom/netlink/spec'
import * as assert from 'uvu/assert'
import { declare } from '../../packages/netlink/dist/spec/evaluate.js'
import { checkClaims, newHeaders } from '../support/headers.js'
import { suiteNeeding } from '../support/privileges.js'
import { claimsOf } from '../support/spec-claims.js'
import { kernelSpecs, specText } from '../support/specs.js'

/** Reads each spec of the kernel, and compares its numbers with the kernel's headers. */
const test = suiteNeeding('specs of the kernel', 'specs')

/** Specs that contradict the header of the same kernel, each with the fact. */
const wrongSpecs: Readonly<Record<string, readonly string[]>> = {
  // The numbers of its bits are DEVLINK_RESOURCE_SCOPE_DEV_BIT and so on.
  devlink: [
    'DEVLINK_RESOURCE_SCOPE_DEV: declared 0, the header has 1',
    'DEVLINK_RESOURCE_SCOPE_PORT: declared 1, the header has 2',
  ],
  nlctrl: [
    'NL_POLICY_TYPE_ATTR_MASK: declared 11, the header has 12',
    'NL_POLICY_TYPE_ATTR_PAD: declared 12, the header has 11',
  ],
  // It leaves out OVS_ACTION_ATTR_DROP.
  ovs_flow: ['OVS_ACTION_ATTR_PSAMPLE: declared 24, the header has 25'],
}

/** Specs whose names are no names of the kernel, and the share of names that are. The others have all but a few. */
const foreignNames = new Set([
  'conntrack',
  'nftables',
  'net_shaper',
  'nl80211',
  'nlctrl',
  'rt-link',
  'rt-neigh',
  'rt-rule',
  'tc',
])

for (const name of kernelSpecs.keys())
  test(`${name}: is read, and its numbers are those of the header`, async () => {
    const spec = await parseSpec(specText(name))
    for (const each of declare(spec).declared.values()) (each as { codec?(order: string): unknown }).codec?.('LE')
    assert.ok(spec.operations.length > 0)
    if (newHeaders === undefined) return
    const claims = claimsOf(spec)
    const { wrong, unknown } = await checkClaims({ headers: [spec.header] }, claims)
    assert.equal(wrong, wrongSpecs[name] ?? [])
    if (!foreignNames.has(name)) assert.ok(unknown.length <= claims.length / 20, unknown.join(', '))
  })

test.run()
