import { type AddressMessage, Connection } from '@netloom/netlink'
import { IFA_F } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('addresses in the kernel', 'netns')

const forever = 0xffffffff
type Added = Pick<AddressMessage, 'family' | 'prefixlen'> & Partial<AddressMessage>

/** Addresses to add with netloom and with iproute2. Both must then show the same. */
const rows: readonly (readonly [name: string, ours: Added, theirs: readonly (string | number)[]])[] = [
  [
    'IPv4 with a broadcast address',
    {
      family: 2,
      prefixlen: 24,
      attrs: { local: '10.1.2.3', address: '10.1.2.3', broadcast: '10.1.2.255', label: 'br0:one' },
    },
    ['10.1.2.3/24', 'broadcast', '10.1.2.255', 'label', 'br0:one'],
  ],
  [
    'IPv4, plain',
    { family: 2, prefixlen: 32, scope: 254, attrs: { local: '10.1.2.3' } },
    ['10.1.2.3/32', 'scope', 'host'],
  ],
  [
    'IPv4 with a peer',
    { family: 2, prefixlen: 30, attrs: { local: '10.1.2.3', address: '10.9.9.1' } },
    ['10.1.2.3', 'peer', '10.9.9.1/30'],
  ],
  [
    'IPv4 with a lifetime',
    {
      ...{ family: 2, prefixlen: 24 },
      attrs: {
        local: '10.1.2.3',
        address: '10.1.2.3',
        cacheinfo: { prefered: 1000, valid: 2000, cstamp: 0, tstamp: 0 },
        flags: IFA_F.NOPREFIXROUTE,
      },
    },
    ['10.1.2.3/24', 'valid_lft', 2000, 'preferred_lft', 1000, 'noprefixroute'],
  ],
  [
    'IPv6',
    { family: 10, prefixlen: 64, attrs: { local: '2001:db8::1', flags: IFA_F.NODAD } },
    ['2001:db8::1/64', 'nodad'],
  ],
  [
    'IPv6 with a lifetime',
    {
      family: 10,
      prefixlen: 128,
      attrs: { local: '2001:db8::1', cacheinfo: { prefered: 1000, valid: 2000, cstamp: 0, tstamp: 0 } },
    },
    ['2001:db8::1/128', 'valid_lft', 2000, 'preferred_lft', 1000],
  ],
]

/** Formats a received address like the JSON of iproute2. */
function shown({ prefixlen, attrs }: AddressMessage) {
  const life = (seconds: number | undefined) => (seconds === forever ? 4294967295 : seconds)
  const isPeer = attrs.local !== undefined && attrs.local !== attrs.address
  return {
    local: attrs.local ?? attrs.address,
    peer: isPeer ? attrs.address : undefined,
    prefixlen,
    broadcast: attrs.broadcast,
    label: attrs.label,
    valid: life(attrs.cacheinfo?.valid),
    preferred: life(attrs.cacheinfo?.prefered),
  }
}

for (const [name, ours, theirs] of rows) {
  for (const by of ['netloom', 'iproute2']) {
    test(`${name}, added by ${by}, reads the same as in iproute2`, () =>
      inScratch((namespace) => {
        namespace.ip('link', 'add', 'br0', 'type', 'bridge')
        namespace.ip('link', 'set', 'br0', 'up')
        const [{ ifindex }] = namespace.ip('link', 'show', 'dev', 'br0')
        const netlink = Connection.open({ netns: namespace.path })
        try {
          if (by === 'netloom')
            netlink.requestSync('RTM_NEWADDR', { ...ours, index: ifindex }, { create: true, excl: true })
          else namespace.ip('address', 'add', ...theirs, 'dev', 'br0')
          const local = ours.attrs?.local
          const [link] = namespace.ip('address', 'show', 'dev', 'br0')
          // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON
          const listed = link.addr_info.find((each: any) => each.local === local)
          const read = netlink
            .dumpSync('RTM_GETADDR', { family: ours.family, index: ifindex })
            .find(({ attrs }) => (attrs.local ?? attrs.address) === local)
          assert.ok(listed && read)
          assert.is(read.index, ifindex)
          const { address, prefixlen, broadcast, label, valid_life_time, preferred_life_time } = listed
          const lives = { valid: valid_life_time, preferred: preferred_life_time }
          // The two reads can be seconds apart.
          const { valid = 0, preferred = 0, ...rest } = shown(read)
          assert.ok(lives.valid - valid <= 2 && valid - lives.valid <= 2, `${valid} of ${lives.valid} s`)
          assert.ok(lives.preferred - preferred <= 2 && preferred - lives.preferred <= 2, `${preferred}`)
          assert.equal(rest, { local, peer: address, prefixlen, broadcast, label })
          netlink.requestSync('RTM_DELADDR', {
            ...ours,
            index: ifindex,
            attrs: { local, address: ours.attrs?.address ?? local },
          })
          const left = netlink.dumpSync('RTM_GETADDR', { family: ours.family, index: ifindex })
          assert.not(left.some(({ attrs }) => (attrs.local ?? attrs.address) === local))
        } finally {
          netlink.close()
        }
      }))
  }
}

test.run()
