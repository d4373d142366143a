import { Netlink, type NewRoute } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('routes of MPLS: wrong values')

const route = { family: 'mpls', dst: 100, via: '10.0.0.2' } as const

const labelled = (data: unknown) => ({ dst: '10.9.0.0/16', via: '10.0.0.2', encap: { type: 'mpls', data } })

/** Specs that are refused before any request. Those that the types refuse too are casts. */
const wrong: readonly (readonly [unknown, RegExp])[] = [
  [{ ...route, dst: 15 }, /^expected dst to be one MPLS label from 16 to 1048575, got 15$/],
  [{ ...route, dst: 1048576 }, /^expected dst to be an integer from 0 to 1048575, got 1048576$/],
  [{ ...route, dst: -1 }, /^expected dst .*got -1$/],
  [{ ...route, dst: 1.5 }, /^expected dst .*got 1.5$/],
  [{ ...route, dst: '100/200' }, /^expected dst to be one MPLS label/],
  [{ ...route, dst: '' }, /^expected dst /],
  [{ ...route, dst: '10.0.0.0/8' }, /^expected dst /],
  [{ ...route, dst: 'default' }, /^expected dst /],
  [{ ...route, dst: 'implnul' }, /^expected dst .*implnull/],
  [{ ...route, dst: [] }, /^expected dst to be MPLS labels such as 100, '100\/200' or \[100, 200\]/],
  [{ ...route, dst: [[100]] }, /^expected dst to be MPLS labels/],
  [{ ...route, as: '200/' }, /^expected as /],
  [{ ...route, as: [200, null] }, /^expected as to be MPLS labels/],
  [{ ...route, as: [200, 1 << 20] }, /^expected as .*got 1048576$/],
  [{ ...route, as: {} }, /^expected as to be MPLS labels/],
  [{ ...route, ttlPropagate: 1 }, /^expected ttlPropagate/],
  [{ ...route, via: 'nowhere' }, /^expected via to be an IPv4 or IPv6 address/],
  [{ ...route, table: 100 }, /^expected table of mpls to be main, got 100$/],
  [{ ...route, type: 'blackhole' }, /^expected type of mpls to be unicast, got "blackhole"$/],
  [{ ...route, scope: 'link' }, /^expected scope of mpls to be global, got "link"$/],
  [{ ...route, metric: 5 }, /^expected metric only with inet or inet6, got it with mpls$/],
  [{ ...route, mtu: 1400 }, /^expected mtu only with inet or inet6/],
  [{ ...route, nexthop: 7 }, /^expected nexthop only with inet or inet6/],
  [{ ...route, encap: { type: 'mpls', data: {} } }, /^expected encap only with inet or inet6/],
  [labelled({ dst: '300/' }), /^expected encap\.data\.dst /],
  [labelled({ dst: [300, null] }), /^expected encap\.data\.dst to be MPLS labels/],
  [labelled({ dst: [{ label: 300, tc: 0, bos: 1, ttl: 0 }] }), /^expected encap\.data\.dst to be MPLS labels/],
  [labelled({ dst: 1048576 }), /^expected encap\.data\.dst .*got 1048576$/],
  [labelled({ dst: 300, ttl: 256 }), /^encap\.data\.ttl: expected u8 .*got 256$/],
  [labelled({ dst: 300, tc: 1 }), /tc/],
  [{ ...route, family: 'mplz' }, /^expected family to be inet, inet6 or mpls, got "mplz"$/],
  [{ dst: 100 }, /^expected dst to be an address/],
  [{ dst: '10.0.0.0/8', as: 200 }, /^expected as only with mpls, got it with inet$/],
  [{ dst: '2001:db8::/32', ttlPropagate: true }, /^expected ttlPropagate only with mpls, got it with inet6$/],
  [{ dst: '10.0.0.0/8', multipath: [{ via: '10.0.0.2', as: 200 }] }, /^expected as of a next hop only with mpls$/],
  [{ family: 'mpls', dst: 100, multipath: [{ via: '10.0.0.2', as: 'x' }] }, /^expected as /],
  [
    { family: 'mpls', dst: 100, multipath: [{ via: '10.0.0.2', weight: 2 }] },
    /^expected weight of a next hop of mpls to be 1, got 2$/,
  ],
]

test('each operation refuses them before a request', () => {
  using nl = Netlink.open({ socketFactory: mockKernel() })
  for (const operation of ['addSync', 'replaceSync', 'ensureSync', 'getSync', 'deleteSync'] as const)
    for (const [spec, says] of wrong) {
      const what = `${operation} ${JSON.stringify(spec)}`
      assert.throws(
        () => nl.route[operation](spec as NewRoute),
        (error: Error) => {
          assert.ok(error instanceof TypeError, what)
          assert.match(error.message, says, what)
          return true
        },
      )
    }
})

test('a filter names one label', () => {
  using nl = Netlink.open({ socketFactory: mockKernel() })
  assert.equal(nl.route.listSync({ family: 'mpls', dst: 100 }), [])
  assert.throws(() => nl.route.listSync({ family: 'mpls', dst: '100/200' }), /one MPLS label/)
})

test.run()
