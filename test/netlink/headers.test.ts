import * as netlink from '@netloom/netlink'
import * as connector from '@netloom/netlink/connector'
import * as constants from '@netloom/netlink/constants'
import * as diag from '@netloom/netlink/diag'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import * as rdma from '@netloom/netlink/rdma'
import * as route from '@netloom/netlink/route'
import * as uevent from '@netloom/netlink/uevent'
import * as xfrm from '@netloom/netlink/xfrm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimedBy, claimsOf, isConstants, isSet, isStruct, numberedOf } from '../support/header-family.js'
import { checkClaims, newHeaders } from '../support/headers.js'
import { families } from './headers/index.js'
import '../support/built.js'

/** Compares every declared number, name, size and offset with the kernel headers. */

const test = suite('declarations against the kernel headers')

// Started all at once, because each is its own process that takes a second.
const verdicts = families.map((family) => {
  const { headers, also = [], prelude } = family
  return checkClaims({ headers: [...also, ...headers], prelude }, claimsOf(family))
})
for (const verdict of verdicts) verdict.catch(() => {})

for (const [index, { name }] of families.entries()) {
  test(name, async () => {
    const { wrong, unknown } = (await verdicts[index]) ?? { wrong: ['nothing'], unknown: [] }
    assert.equal(wrong, [])
    if (newHeaders) assert.equal(unknown, [])
    else if (unknown.length > 0)
      console.log(
        `${name}: ${unknown.length} names are newer than the installed headers: ${unknown.slice(0, 3).join(', ')}, …`,
      )
  })
}

test('every exported declaration is compared', () => {
  const claimed = new Set(families.flatMap(claimedBy))
  const escaped = [netlink, constants, route, generic, netfilter, xfrm, diag, uevent, rdma, connector]
    .flatMap((entryPoint) => Object.entries(entryPoint) as [string, unknown][])
    .filter(([, each]) => isSet(each) || isConstants(each) || isStruct(each) || numberedOf(each).length > 0)
    .filter(([, each]) => !claimed.has(each))
    .map(([name]) => name)
  assert.equal(escaped, [])
})

test.run()
