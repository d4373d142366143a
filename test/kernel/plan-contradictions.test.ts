import { type Desired, Netlink } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { reaches } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests desired states that contradict themselves, or what exists: they are conflicts, so that nothing is half done. */
const test = suiteNeeding('plans: contradictions', 'netns')

const inNetns = (name: string, use: (nl: Netlink) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await veths(nl)
      await use(nl)
    }),
  )

/** Runs a test in a namespace, and over the mock. */
const inBoth = (name: string, use: (nl: Netlink) => Promise<void>) => {
  inNetns(name, use)
  test(`${name} (mock)`, async () => {
    using nl = Netlink.open({ socketFactory: mockKernel() })
    await veths(nl)
    await use(nl)
  })
}

const linksOf = (nl: Netlink) => nl.link.listSync().map(({ index, name, altNames }) => [index, name, altNames])

/** Checks the conflicts of a state, and that it cannot be applied. */
async function conflictsOf(nl: Netlink, desired: Desired, ...expected: string[]): Promise<void> {
  const before = linksOf(nl)
  const plan = await nl.plan(desired)
  assert.equal(
    plan.conflicts.map(({ type, path, message }) => `${type} ${path}: ${message}`),
    expected,
  )
  await refuses('a plan with conflicts', () => plan.apply({ allowLossy: true }), 'ERR_NETLINK_PLAN_REFUSED', /./)
  assert.equal(linksOf(nl), before)
}

const pair = (name: string, peer: string) => ({ name, kind: 'veth', peer: { name: peer } }) as const
const bridge = (name: string) => ({ name, kind: 'bridge' }) as const

inBoth('the other ends of new pairs', async (nl) => {
  await conflictsOf(
    nl,
    { links: [pair('p', 'q'), pair('q', 'r')] },
    'duplicate links[1].peer.name: expected "p" because of links[0].peer.name, got "r"',
  )
  await conflictsOf(
    nl,
    { links: [pair('p', 'q'), bridge('q')] },
    'kind links[1].kind: expected "veth" because of links[0].peer.name, got "bridge"',
  )
  await conflictsOf(
    nl,
    { links: [pair('p', 'q'), { name: 'q', absent: true }] },
    'in-use links[1]: expected no link to need "q", got that of links[0].peer.name',
  )
  await conflictsOf(
    nl,
    { links: [pair('p', 'q'), pair('r', 'q')] },
    'duplicate links[1].peer.name: expected another name, got "q", as at links[0].peer.name',
  )
  await conflictsOf(
    nl,
    { links: [pair('p', 'p')] },
    'duplicate links[0].peer.name: expected another name than that of the link, got "p"',
  )
  await conflictsOf(
    nl,
    { links: [pair('p', 'a')] },
    'in-use links[0].peer.name: expected a free name, got "a", which a has',
  )
  await reaches(nl, { links: [pair('p', 'q'), { ...pair('q', 'p'), up: true }] })
})

inBoth('an end that is removed with the other one', async (nl) => {
  const links = [{ name: 'a', absent: true } as const, { name: 'a-peer', up: true }]
  await conflictsOf(nl, { links }, 'in-use links[0]: expected no desired link to be deleted with a, got a-peer')
})

inBoth('names and indexes that two links have', async (nl) => {
  const { index } = (await nl.link.get('b')) as { readonly index: number }
  await conflictsOf(
    nl,
    {
      links: [
        { ...bridge('c'), index: 70 },
        { ...bridge('d'), index: 70 },
        { ...bridge('e'), index },
      ],
    },
    'duplicate links[1].index: expected another index, got "70", as at links[0].index',
    `in-use links[2].index: expected a free index, got "${index}", which b has`,
  )
  await conflictsOf(
    nl,
    {
      links: [
        { ...bridge('c'), altNames: ['d', 'second'] },
        bridge('d'),
        { ...bridge('e'), altNames: ['second', 'b'] },
      ],
    },
    'duplicate links[1].name: expected another name, got "d", as at links[0].altNames',
    'duplicate links[2].altNames: expected another name, got "second", as at links[0].altNames',
    'in-use links[2].altNames: expected a free name, got "b", which b has',
  )
  const desired: Desired = { links: [{ ...bridge('c'), altNames: ['second'], index: 70 }] }
  await reaches(nl, desired)
  await reaches(nl, { links: [{ name: 'second', altNames: ['second'] }, ...(desired.links ?? []).slice(1)] })
})

inBoth('a link that the kernel cannot delete', async (nl) => {
  await conflictsOf(
    nl,
    { links: [{ name: 'lo', absent: true }] },
    'fixed links[0]: expected a link that the kernel can delete, got lo, which has no kind',
  )
  await conflictsOf(
    nl,
    { links: [{ ...bridge('lo'), recreate: true }] },
    'fixed links[0]: expected a link that the kernel can delete, got lo, which has no kind',
  )
})

inBoth('indexes that no link has', async (nl) => {
  await conflictsOf(
    nl,
    {
      links: [
        { name: 'a', master: 9999 },
        { ...bridge('c'), index: 70 },
      ],
      addresses: [
        { address: '10.0.0.1/24', dev: 9999 },
        { address: '10.0.0.2/24', dev: 70 },
      ],
      routes: [{ dst: '10.1.0.0/16', multipath: [{ via: '10.0.0.9', dev: 'a' }, { dev: 9999 }] }],
    },
    'reference links[0].master: no link with index 9999',
    'reference addresses[0].dev: no link with index 9999',
    'reference routes[0].multipath[1].dev: no link with index 9999',
  )
})

inBoth('a link above one that is absent', async (nl) => {
  await conflictsOf(
    nl,
    {
      links: [
        { name: 'a', absent: true },
        { name: 'm', kind: 'macvlan', link: 'a' },
      ],
    },
    'reference links[1].link: no link "a"',
  )
})

inNetns('an end of a pair in a namespace that does not exist', async (nl) => {
  const netns = '/run/netns/netloom-missing'
  await conflictsOf(
    nl,
    { links: [{ name: 'p', kind: 'veth', peer: { name: 'q', netns } }] },
    `reference links[0].peer.netns: open ${netns}, as there is no namespace 'netloom-missing' in /run/netns: ENOENT`,
  )
})

inBoth('an IPv6 address with two prefix lengths', async (nl) => {
  const addresses = [64, 65].map((length) => ({ address: `fd00::1/${length}`, dev: 'a' }))
  await conflictsOf(
    nl,
    { addresses },
    'duplicate addresses[1]: expected one spec of each object, got another one at addresses[0]',
  )
  await reaches(nl, { addresses: [24, 25].map((length) => ({ address: `10.0.0.1/${length}`, dev: 'a' })) })
})

inBoth('mistakes in marks are listed with those of objects, each once', async (nl) => {
  const desired = { mark: '201', prune: ['routes', 'link'], foo: [], links: [{ name: 'x%d', kind: 'bridge' }] }
  const plan = (state: object) => nl.plan(state as Desired)
  await refuses(
    'the form',
    () => plan(desired),
    'ERR_NETLINK_ARGUMENT',
    /'foo'; expected mark to be an integer from 5 to 255, got "201"; expected prune .* got "link" in it; links\[0\]: [^;]*$/,
  )
  await refuses('a name', () => plan({ links: desired.links }), 'ERR_NETLINK_ARGUMENT', /^links\[0\]: [^;]*$/)
})

test.run()
