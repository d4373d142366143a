import { type AddressMessage, Connection } from '@netloom/netlink'
import { IFA_F } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('addresses in the kernel', 'netns')

const forEver = 0xffffffff
type Added = Pick<AddressMessage, 'family' | 'prefixlen'> & Partial<AddressMessage>

/** Adds with us or with iproute2, then both must say the same. */
const rows: readonly (readonly [what: string, ours: Added, theirs: readonly (string | number)[]])[] = [
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
    'IPv4 that does not last',
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
    'IPv6 that does not last',
    {
      family: 10,
      prefixlen: 128,
      attrs: { local: '2001:db8::1', cacheinfo: { prefered: 1000, valid: 2000, cstamp: 0, tstamp: 0 } },
    },
    ['2001:db8::1/128', 'valid_lft', 2000, 'preferred_lft', 1000],
  ],
]

/** An address as iproute2 writes it, of what we read. */
function shown({ prefixlen, attrs }: AddressMessage) {
  const life = (seconds: number | undefined) => (seconds === forEver ? 4294967295 : seconds)
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

for (const [what, ours, theirs] of rows) {
  for (const by of ['us', 'iproute2']) {
    test(`${what}, added by ${by}`, () =>
      inScratch((namespace) => {
        namespace.ip('link', 'add', 'br0', 'type', 'bridge')
        namespace.ip('link', 'set', 'br0', 'up')
        const [{ ifindex }] = namespace.ip('link', 'show', 'dev', 'br0')
        const netlink = Connection.open({ netns: namespace.path })
        try {
          if (by === 'us') netlink.requestSync('RTM_NEWADDR', { ...ours, index: ifindex }, { create: true, excl: true })
          else namespace.ip('address', 'add', ...theirs, 'dev', 'br0')
          const wanted = ours.attrs?.local
          const [link] = namespace.ip('address', 'show', 'dev', 'br0')
          // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON
          const told = link.addr_info.find(({ local }: any) => local === wanted)
          const read = netlink
            .dumpSync('RTM_GETADDR', { family: ours.family, index: ifindex })
            .find(({ attrs }) => (attrs.local ?? attrs.address) === wanted)
          assert.ok(told && read)
          assert.is(read.index, ifindex)
          const { local, address, prefixlen, broadcast, label, valid_life_time, preferred_life_time } = told
          const lives = { valid: valid_life_time, preferred: preferred_life_time }
          // Seconds may pass between the two.
          const { valid = 0, preferred = 0, ...rest } = shown(read)
          assert.ok(lives.valid - valid <= 2 && valid - lives.valid <= 2, `${valid} of ${lives.valid} s`)
          assert.ok(lives.preferred - preferred <= 2 && preferred - lives.preferred <= 2, `${preferred}`)
          assert.equal(rest, { local, peer: address, prefixlen, broadcast, label })
          netlink.requestSync('RTM_DELADDR', {
            ...ours,
            index: ifindex,
            attrs: { local: wanted, address: ours.attrs?.address ?? wanted },
          })
          const left = netlink.dumpSync('RTM_GETADDR', { family: ours.family, index: ifindex })
          assert.not(left.some(({ attrs }) => (attrs.local ?? attrs.address) === wanted))
        } finally {
          netlink.close()
        }
      }))
  }
}

test.run()
