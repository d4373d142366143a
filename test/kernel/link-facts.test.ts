import { type Link, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { hasLinkInData } from '../../packages/netlink/dist/api/link/data.js'
import { compareLink } from '../../packages/netlink/dist/api/link/diff.js'
import { isMatch } from '../../packages/netlink/dist/api/values/compare.js'
import {
  downOptions,
  downPorts,
  fixedOptions,
  mtusOfNew,
  ofKind,
  portlessOptions,
} from '../../packages/netlink/dist/plan/link-facts.js'
import { inScratch, supported } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Data, optionsOf, sampleLink, samples, valuesOf } from './link-samples.js'

/** Each option of each kind, compared with what plans know about it. `npm run guest -- link-facts` has the kinds that this machine's kernel may lack. */
const test = suiteNeeding('what the kernel changes, and when', 'netns')

const isRefused = async (request: Promise<unknown>) => request.then(() => false).catch(() => true)

/** True if a link has these data. Words and defaults are compared as plans compare them. */
function has(link: Link | undefined, kind: string, data: Data): boolean {
  const spec = { name: 'sample', kind, data } as Parameters<typeof compareLink>[0]
  return link !== undefined && compareLink(spec, link).every(isMatch)
}

/** Says when the kernel changes an option of a link that is up. */
type When = 'always' | 'down' | 'never'

/** A link that is created again for each change. */
class Probe {
  constructor(
    readonly nl: Netlink,
    readonly kind: string,
    readonly sample: (typeof samples)[string][number],
  ) {}

  /** Creates the link. Returns false if the kernel has no such links. @throws for other errors */
  isSupported(): boolean {
    const what = `${this.kind} with ${JSON.stringify(this.sample)}`
    return supported(what, () => this.nl.link.addSync(sampleLink(this.kind, this.sample)))
  }

  /** Creates the link. Returns false if the kernel refuses it. */
  async create(own: Data = {}): Promise<boolean> {
    return !(await isRefused(this.nl.link.add(sampleLink(this.kind, this.sample, own))))
  }

  async delete(): Promise<void> {
    await this.nl.link.delete('sample')
  }

  async has(data: Data): Promise<boolean> {
    return has(await this.nl.link.get('sample'), this.kind, data)
  }

  /** Requests a change. Returns false if it is refused or ignored. */
  async changes(data: Data): Promise<boolean> {
    const request = this.nl.link.set('sample', { kind: this.kind, data } as Parameters<Netlink['link']['set']>[1])
    return !(await isRefused(request)) && (await this.has(data))
  }

  async setUp(up: boolean): Promise<void> {
    await this.nl.link.set('sample', { up })
  }

  /** Returns a value other than the present one that a new link may have. */
  async otherValue(key: string): Promise<unknown> {
    const { data = {} } = ((await this.nl.link.get('sample')) ?? {}) as { readonly data?: Data }
    await this.delete()
    for (const value of valuesOf(this.kind, key, data[key])) {
      if (!(await this.create({ [key]: value }))) continue
      const isAccepted = await this.has({ [key]: value })
      await this.delete()
      await this.create()
      const isOther = isAccepted && !(await this.has({ [key]: value }))
      if (isOther) return value
      await this.delete()
    }
    await this.create()
    return undefined
  }

  /** Returns when the kernel changes an option; undefined if there is no other value for this link. Leaves a link. */
  async when(key: string): Promise<When | undefined> {
    const value = await this.otherValue(key)
    if (value === undefined) return undefined
    await this.setUp(true)
    if (await this.changes({ [key]: value })) return 'always'
    await this.setUp(false)
    return (await this.changes({ [key]: value })) ? 'down' : 'never'
  }
}

/** Returns when plans change an option. */
function planned(kind: string, key: string): When {
  if (ofKind(fixedOptions, kind).includes(key)) return 'never'
  return ofKind(downOptions, kind).includes(key) ? 'down' : 'always'
}

const inNetns = (name: string, use: (nl: Netlink) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      for (const link of ['below', 'other'])
        await nl.link.add({ name: link, kind: 'veth', up: true, peer: { name: `${link}-peer`, up: true } })
      await use(nl)
    }),
  )

/** Options that the kernel reports as a part of another one. */
const unreported: ReadonlySet<string> = new Set(['macsec data.port'])

for (const [kind, list] of Object.entries(samples))
  inNetns(`options of ${kind}`, async (nl) => {
    const seen = new Map<string, When>()
    for (const sample of list) {
      const probe = new Probe(nl, kind, sample)
      if (!probe.isSupported()) continue
      for (const option of optionsOf(kind)) {
        // Some values need others: the next sample may have them.
        if (seen.has(option) && seen.get(option) !== 'never') continue
        const when = await probe.when(option)
        if (when === undefined) continue
        seen.set(option, when)
        await probe.delete()
        await probe.create()
      }
      await probe.delete()
    }
    assert.equal(
      [...seen].map(([option, when]) => `${option}: ${when}`),
      [...seen.keys()].map((option) => `${option}: ${planned(kind, `data.${option}`)}`),
    )
    const known = [downOptions, portlessOptions, fixedOptions].flatMap((table) => ofKind(table, kind))
    for (const key of seen.size === 0 ? [] : known)
      if (key !== 'link' && !unreported.has(`${kind} ${key}`))
        assert.ok(seen.has(key.slice('data.'.length)), `expected a second value of ${key}`)
  })

inNetns('limits of the MTU of new links', async (nl) => {
  assert.equal(
    Object.keys(mtusOfNew).filter((kind) => kind !== 'veth' && !Object.hasOwn(samples, kind)),
    [],
  )
  await nl.link.set('below', { mtu: 65535 })
  for (const [kind, [least, most]] of Object.entries(mtusOfNew)) {
    const [sample = {}] = samples[kind] ?? []
    /** Returns the MTU that a new link gets; undefined if the kernel refuses it. */
    const given = async (mtu: number) => {
      const link = { ...sampleLink(kind, sample), mtu } as Parameters<Netlink['link']['add']>[0]
      if (mtu < 0 || (await isRefused(nl.link.add(link)))) return undefined
      const found = await nl.link.get('sample')
      await nl.link.delete('sample')
      return found?.mtu
    }
    const probe = new Probe(nl, kind, sample)
    if (!probe.isSupported()) continue
    await probe.delete()
    const mtus = [least - 1, least, most, most + 1]
    const all: (number | undefined)[] = []
    for (const mtu of mtus) all.push(await given(mtu))
    assert.equal([all[1], all[2]], [least, most], kind)
    for (const at of [0, 3]) assert.is.not(all[at], mtus[at], `${kind} ${mtus[at]}`)
  }
})

inNetns('the MTU of a new macsec, which the kernel ignores when it creates one', async (nl) => {
  const [sample = {}] = samples.macsec ?? []
  const probe = new Probe(nl, 'macsec', sample)
  if (!probe.isSupported()) return
  await probe.delete()
  await nl.link.add({ ...sampleLink('macsec', sample), mtu: 1300 } as Parameters<Netlink['link']['add']>[0])
  assert.is((await nl.link.get('sample'))?.mtu, 1300)
})

test('the tables have no kinds that are not tested', () => {
  for (const table of [downOptions, portlessOptions, fixedOptions])
    for (const kind of Object.keys(table)) assert.ok(Object.hasOwn(samples, kind), kind)
})

for (const [kind, [sample]] of Object.entries(samples))
  if (sample?.link !== undefined && !hasLinkInData(kind))
    inNetns(`the lower link of ${kind}`, async (nl) => {
      if (!new Probe(nl, kind, sample).isSupported()) return
      const [link, other] = [await nl.link.get('sample'), await nl.link.get('other')]
      assert.ok(link && other)
      for (const up of [true, false]) {
        await nl.link.set('sample', { up })
        const request = nl.connection.request('RTM_NEWLINK', {
          index: link.index,
          attrs: { link: other.index, linkinfo: { kind, data: {} } },
        } as never)
        const isChanged = !(await isRefused(request)) && (await nl.link.get('sample'))?.link === other.index
        assert.is(isChanged, !ofKind(fixedOptions, kind).includes('link'), `up ${up}`)
      }
    })

inNetns('options of a bond that has ports', async (nl) => {
  const wrong: string[] = []
  for (const sample of samples.bond ?? []) {
    const probe = new Probe(nl, 'bond', sample)
    if (!probe.isSupported()) return
    for (const option of optionsOf('bond')) {
      const value = await probe.otherValue(option)
      if (value === undefined) continue
      await nl.link.set('other', { up: false, master: 'sample' })
      await probe.setUp(false)
      const isChanged = await probe.changes({ [option]: value })
      if (isChanged === ofKind(portlessOptions, 'bond').includes(`data.${option}`))
        wrong.push(`${option} of ${JSON.stringify(sample)}`)
      await probe.delete()
      await probe.create()
    }
    await probe.delete()
  }
  assert.equal(wrong, [])
})

for (const kind of ['bond', 'team', 'bridge', 'vrf', 'batadv'] as const)
  inNetns(`ports of ${kind} that are up`, async (nl) => {
    if (!new Probe(nl, kind, kind === 'vrf' ? { data: { table: 7 } } : {}).isSupported()) return
    assert.is(await isRefused(nl.link.set('other', { master: 'sample' })), downPorts.has(kind))
    await nl.link.set('other', { up: false })
    await nl.link.set('other', { master: 'sample' })
  })

test.run()
