import { Connection, NetlinkError } from '@netloom/netlink'
import { EncodeError } from '@netloom/netlink/codec'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('errors of the kernel', 'netns')

/** Runs `use` with a connection in a new namespace. */
const connected = (use: (netlink: Connection) => void, options: { strict?: boolean } = {}) =>
  inScratch((namespace) => {
    const netlink = Connection.open({ netns: namespace.path, ...options })
    try {
      use(netlink)
    } finally {
      netlink.close()
    }
  })

function errorOf(request: () => unknown): NetlinkError {
  try {
    request()
  } catch (error) {
    assert.instance(error, NetlinkError, String(error))
    return error as NetlinkError
  }
  throw new Error('expected a NetlinkError')
}

const excl = { create: true, excl: true }
const bridge = { kind: 'bridge' } as const

const rows: readonly (readonly [
  name: string,
  request: (netlink: Connection) => unknown,
  expected: Partial<NetlinkError>,
])[] = [
  [
    'a link that does not exist',
    (netlink) => netlink.requestSync('RTM_GETLINK', { attrs: { ifname: 'none' } }),
    { code: 'ENODEV', errno: 19, request: 'RTM_GETLINK', attribute: undefined },
  ],
  [
    'a link index that does not exist',
    (netlink) => netlink.requestSync('RTM_DELLINK', { index: 4711 }),
    { code: 'ENODEV', request: 'RTM_DELLINK' },
  ],
  [
    'a name that is taken',
    (netlink) => netlink.requestSync('RTM_NEWLINK', { attrs: { ifname: 'lo', linkinfo: bridge } }, excl),
    { code: 'EEXIST', errno: 17 },
  ],
  [
    'a name that is too long',
    (netlink) =>
      netlink.requestSync('RTM_NEWLINK', { attrs: { mtu: 1500, ifname: 'sixteen-bytes-xx', linkinfo: bridge } }, excl),
    { attribute: 'ifname', errno: 34, code: 'ERANGE' },
  ],
  [
    'an unknown link kind',
    (netlink) => netlink.requestSync('RTM_NEWLINK', { attrs: { linkinfo: { kind: 'none' } } }, excl),
    { code: 'EOPNOTSUPP', kernelMessage: 'Unknown device type' },
  ],
  [
    'a bridge option of the wrong size',
    (netlink) =>
      netlink.requestSync(
        'RTM_NEWLINK',
        { attrs: { linkinfo: { kind: 'bridge', data: { '?5': [{ payload: Buffer.of(1) }] } } } },
        excl,
      ),
    { code: 'ERANGE', attribute: 'linkinfo.data.stpState' },
  ],
  [
    'a link-layer address that is too short',
    (netlink) => netlink.requestSync('RTM_SETLINK', { index: 1, attrs: { address: '02:00' } }),
    { code: 'EINVAL' },
  ],
  [
    'an address without a link',
    (netlink) => netlink.requestSync('RTM_NEWADDR', { family: 2, prefixlen: 24, attrs: { local: '10.0.0.1' } }, excl),
    { code: 'ENODEV', request: 'RTM_NEWADDR' },
  ],
  [
    'a prefix length above 32',
    (netlink) =>
      netlink.requestSync('RTM_NEWADDR', { family: 2, prefixlen: 33, index: 1, attrs: { local: '10.0.0.1' } }, excl),
    { code: 'EINVAL' },
  ],
  [
    'a gateway out of reach',
    (netlink) =>
      netlink.requestSync(
        'RTM_NEWROUTE',
        { family: 2, dstLen: 8, table: 254, type: 1, attrs: { dst: '11.0.0.0', gateway: '10.1.1.1' } },
        excl,
      ),
    { code: 'ENETUNREACH', kernelMessage: 'Nexthop has invalid gateway' },
  ],
  [
    'host bits in a destination',
    (netlink) =>
      netlink.requestSync(
        'RTM_NEWROUTE',
        { family: 2, dstLen: 8, table: 254, type: 6, attrs: { dst: '11.0.0.1' } },
        excl,
      ),
    { code: 'EINVAL', kernelMessage: 'Invalid prefix for given prefix length' },
  ],
]

for (const [name, request, expected] of rows) {
  test(`a request with ${name} throws a NetlinkError with details`, () =>
    connected((netlink) => {
      const error = errorOf(() => request(netlink))
      for (const [key, value] of Object.entries(expected)) {
        assert.is(error[key as keyof NetlinkError], value, `${key} of: ${error.message} ${error.attribute}`)
      }
      // The connection still works.
      assert.is(netlink.requestSync('RTM_GETLINK', { index: 1 })[0]?.attrs.ifname, 'lo')
    }))
}

test('a value that cannot be encoded is not sent', () =>
  connected((netlink) => {
    assert.throws(
      () => netlink.requestSync('RTM_NEWLINK', { attrs: { mtu: -1 } }),
      (error: Error) =>
        error instanceof EncodeError &&
        error.message === 'RTM_NEWLINK > IFLA_MTU: expected u32 (an integer from 0 to 4294967295), got -1',
    )
    assert.throws(() => netlink.requestSync('RTM_NEWLIK' as never, {} as never), /expected a message of NETLINK_ROUTE/)
    assert.is(netlink.dumpSync('RTM_GETLINK')[0]?.attrs.ifname, 'lo')
  }))

test('strict checking rejects an invalid filter', () =>
  connected((netlink) => {
    assert.is(netlink.strict, true)
    const error = errorOf(() => netlink.dumpSync('RTM_GETADDR', { attrs: { label: 'x' } }))
    assert.is(error.code, 'EINVAL')
    assert.ok(error.kernelMessage)
    assert.is(netlink.dumpSync('RTM_GETLINK').length > 0, true)
  }))

test('without strict checking an invalid filter is ignored', () =>
  connected(
    (netlink) => {
      assert.is(netlink.strict, false)
      assert.equal(netlink.dumpSync('RTM_GETADDR', { attrs: { label: 'x' } }), [])
    },
    { strict: false },
  ))

test.run()
