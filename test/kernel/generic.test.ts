import { readdirSync } from 'node:fs'
import { Connection, NetlinkError } from '@netloom/netlink'
import type { Declaration } from '@netloom/netlink/codec'
import * as assert from 'uvu/assert'
import { GENL, GENL_ID_CTRL, nlctrl } from '../../packages/netlink/dist/generic/control.js'
import * as ethtool from '../../packages/netlink/dist/generic/ethtool/index.js'
import { type GenericFamily, genericFamily } from '../../packages/netlink/dist/generic/family.js'
import { NL_ATTR_TYPE, type Policy } from '../../packages/netlink/dist/message/index.js'
import { inScratch, type Namespace, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('generic netlink in the kernel', 'netns')

interface Prepared {
  readonly namespace: Namespace
  /** Opens a connection that is closed afterwards. */
  open<M extends GenericFamily['messages']>(family: GenericFamily<M>): Connection<M>
}

/** True if the kernel does not have the family. Of the families opened here, only ethtool can be missing. */
const isAbsent = (error: unknown): error is NetlinkError =>
  error instanceof NetlinkError && error.code === 'ENOENT' && error.request === 'CTRL_CMD_GETFAMILY'

/** Creates a namespace with the pair v0 and v1, each with four transmit and four receive queues. */
const prepared = (use: (prepared: Prepared) => void) =>
  inScratch((namespace) => {
    const queues = ['numtxqueues', 4, 'numrxqueues', 4]
    namespace.ip('link', 'add', 'v0', ...queues, 'type', 'veth', 'peer', 'name', 'v1')
    for (const name of ['v0', 'v1']) namespace.ip('link', 'set', name, 'up')
    const opened: Disposable[] = []
    try {
      use({
        namespace,
        open(family) {
          const connection = Connection.openGeneric(family, { netns: namespace.path, timeout: 60_000 })
          opened.push(connection)
          return connection
        },
      })
    } catch (error) {
      if (!isAbsent(error)) throw error
      skipped(`ethtool over netlink: ${error.message}`)
    } finally {
      for (const connection of opened) connection[Symbol.dispose]()
    }
  })

const errorOf = (call: () => unknown): NetlinkError => {
  try {
    call()
  } catch (error) {
    if (error instanceof NetlinkError) return error
    throw error
  }
  throw new Error('expected a NetlinkError, got none')
}

const openFiles = () => readdirSync('/proc/self/fd').length
const header = { devName: 'v0' }

test('the controller returns each family in a dump and by name', () =>
  prepared(({ open }) => {
    const control = open(nlctrl)
    const families = control.dumpSync('CTRL_CMD_GETFAMILY')
    const itself = families.find(({ attrs }) => attrs.familyName === 'nlctrl')
    assert.is(itself?.attrs.familyId, GENL_ID_CTRL)
    assert.is(itself?.attrs.version, nlctrl.version)
    const getFamily = itself?.attrs.ops?.find(({ id }) => id === 3)
    const can = GENL.CMD_CAP_DO | GENL.CMD_CAP_DUMP | GENL.CMD_CAP_HASPOL
    assert.is((getFamily?.flags ?? 0) & can, can)
    assert.equal(itself?.attrs.mcastGroups?.[0]?.name, 'notify')
    for (const family of families) {
      const { familyName } = family.attrs
      const [found, ...more] = control.requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName } })
      assert.equal([found, more], [family, []])
    }
  }))

test('openGeneric() throws ENOENT for an unknown family, and leaves no socket open', () =>
  prepared(({ open }) => {
    const before = openFiles()
    const error = errorOf(() => open(genericFamily('netloom-none', { version: 1, messages: {} })))
    assert.is(error.code, 'ENOENT')
    assert.is(error.request, 'CTRL_CMD_GETFAMILY')
    assert.is(openFiles(), before)
  }))

test('a command of another family and a dump of a set command are rejected before anything is sent', () =>
  prepared(({ open }) => {
    const connection = open(ethtool.ethtool)
    const call = (name: string) => connection.requestSync(name as 'ETHTOOL_MSG_RINGS_GET', {})
    assert.throws(() => call('CTRL_CMD_GETFAMILY'), /^expected a command of ethtool, got 'CTRL_CMD_GETFAMILY'$/)
    assert.throws(() => connection.dumpSync('ETHTOOL_MSG_RINGS_SET'), /^expected a get to dump/)
  }))

test('link state can be read, and channel settings take effect immediately', () =>
  prepared(({ open, namespace }) => {
    const connection = open(ethtool.ethtool)
    const [v0] = namespace.ip('link', 'show', 'v0')
    // Only newer kernels accept a dump without a header.
    const states = connection.dumpSync('ETHTOOL_MSG_LINKSTATE_GET', { attrs: { header: {} } })
    assert.equal(states.map(({ attrs }) => attrs.header?.devName).sort(), ['lo', 'v0', 'v1'])
    const [state] = connection.requestSync('ETHTOOL_MSG_LINKSTATE_GET', { attrs: { header } })
    assert.equal(state?.attrs, { header: { devIndex: v0.ifindex, devName: 'v0' }, link: 1 })

    const channels = () => connection.requestSync('ETHTOOL_MSG_CHANNELS_GET', { attrs: { header } })[0]?.attrs
    const { header: _, ...before } = channels() ?? {}
    assert.equal(before, { rxMax: 4, rxCount: 4, txMax: 4, txCount: 4 })
    const none = connection.requestSync('ETHTOOL_MSG_CHANNELS_SET', { attrs: { header, rxCount: 2, txCount: 3 } })
    assert.equal(none, [])
    assert.equal([channels()?.rxCount, channels()?.txCount], [2, 3])
  }))

test('an error names the attribute', () =>
  prepared(({ open }) => {
    const connection = open(ethtool.ethtool)
    const tooMany = { attrs: { header, rxCount: 9 } }
    const error = errorOf(() => connection.requestSync('ETHTOOL_MSG_CHANNELS_SET', tooMany))
    assert.is(error.code, 'EINVAL')
    assert.is(error.request, 'ETHTOOL_MSG_CHANNELS_SET')
    assert.is(error.attribute, 'rxCount')
    const absent = errorOf(() =>
      connection.requestSync('ETHTOOL_MSG_CHANNELS_GET', { attrs: { header: { devName: 'none' } } }),
    )
    assert.is(absent.code, 'ENODEV')
    assert.is(absent.attribute, 'header.devName')
  }))

test('features can be read as bits and as names, and changed with a reply', () =>
  prepared(({ open }) => {
    const connection = open(ethtool.ethtool)
    const [set] = connection.requestSync('ETHTOOL_MSG_STRSET_GET', {
      attrs: { stringsets: { stringset: [{ id: ethtool.ETH_SS.FEATURES }] }, header: {} },
    })
    const { id, count, strings } = set?.attrs.stringsets?.stringset?.[0] ?? {}
    assert.is(id, ethtool.ETH_SS.FEATURES)
    assert.is(strings?.string?.length, count)
    const bit = strings?.string?.find(({ value }) => value === 'tx-scatter-gather-fraglist')?.index ?? -1

    const compact = { ...header, flags: ethtool.ETHTOOL_FLAG.COMPACT_BITSETS }
    const isActive = () => {
      const [bits] = connection.requestSync('ETHTOOL_MSG_FEATURES_GET', { attrs: { header: compact } })
      const [names] = connection.requestSync('ETHTOOL_MSG_FEATURES_GET', { attrs: { header } })
      const inBits = (((bits?.attrs.active?.value?.[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1
      const inNames = names?.attrs.active?.bits?.bit?.some(({ index }) => index === bit) ?? false
      assert.is(inBits, inNames)
      return inBits
    }
    assert.is(isActive(), true)
    const wanted = { bits: { bit: [{ name: 'tx-scatter-gather-fraglist' }] } }
    const [reply] = connection.requestSync('ETHTOOL_MSG_FEATURES_SET', { attrs: { header, wanted } })
    assert.equal(reply?.attrs.active, {
      size: count,
      bits: { bit: [{ index: bit, name: 'tx-scatter-gather-fraglist' }] },
    })
    assert.is(isActive(), false)
    const quiet = { ...header, flags: ethtool.ETHTOOL_FLAG.OMIT_REPLY }
    const on = { bits: { bit: [{ index: bit, value: true as const }] } }
    assert.equal(connection.requestSync('ETHTOOL_MSG_FEATURES_SET', { attrs: { header: quiet, wanted: on } }), [])
    assert.is(isActive(), true)
  }))

/** Allowed names of declarations by type in the kernel's policy. BINARY allows all that the kernel parses itself. */
const declared: Readonly<Record<number, RegExp>> = {
  [NL_ATTR_TYPE.FLAG]: /^flag$/,
  [NL_ATTR_TYPE.U8]: /^u8$/,
  [NL_ATTR_TYPE.U16]: /^u16(be)?$/,
  [NL_ATTR_TYPE.U32]: /^u32(be)?$/,
  [NL_ATTR_TYPE.U64]: /^u64$/,
  [NL_ATTR_TYPE.S32]: /^i32$/,
  [NL_ATTR_TYPE.UINT]: /^uint$/,
  [NL_ATTR_TYPE.BINARY]: /^(bytes|\w+\[\])$/,
  [NL_ATTR_TYPE.STRING]: /^string$/,
  [NL_ATTR_TYPE.NUL_STRING]: /^string$/,
  [NL_ATTR_TYPE.NESTED]: /^[A-Z]\w+$/,
}

type Set = Declaration<unknown> & { readonly table?: Readonly<Record<string, readonly [number, Declaration<unknown>]>> }

/** Returns the differences between a set and the kernel's policies: attributes without a row, and rows of another type. */
function disagreements(set: Set, policies: ReadonlyMap<number, [number, Policy][]>, index: number): string[] {
  return (policies.get(index) ?? []).flatMap(([number, { type = 0, policyIdx }]) => {
    const [key, row] = Object.entries(set.table ?? {}).find(([, [own]]) => own === number) ?? []
    if (row === undefined) return [`${set.name} ${number}: no row`]
    const [, declaration] = row
    if (!declared[type]?.test(declaration.name)) return [`${set.name}.${key}: ${declaration.name} for ${type}`]
    return policyIdx === undefined ? [] : disagreements(declaration, policies, policyIdx)
  })
}

test("the declarations of ethtool's requests match the kernel's policies", () =>
  prepared(({ open }) => {
    const replies = open(nlctrl).dumpSync('CTRL_CMD_GETPOLICY', { attrs: { familyName: 'ethtool' } })
    const policies = new Map<number, [number, Policy][]>()
    for (const [index, attributes] of replies.flatMap(({ attrs }) => attrs.policy ?? [])) {
      policies.set(index, [...(policies.get(index) ?? []), ...attributes])
    }
    const operations = replies.flatMap(({ attrs }) => attrs.opPolicy ?? [])
    const [family] = open(nlctrl).requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName: 'ethtool' } })
    const withPolicy = (family?.attrs.ops ?? []).filter(({ flags = 0 }) => (flags & GENL.CMD_CAP_HASPOL) !== 0)
    const ascending = (one: number, other: number) => one - other
    assert.ok(withPolicy.length > 0)
    assert.equal(operations.map(([cmd]) => cmd).sort(ascending), withPolicy.map(({ id = 0 }) => id).sort(ascending))
    const sets: Readonly<Record<string, unknown>> = ethtool
    for (const [cmd, { do: one, dump }] of operations) {
      const command = ethtool.ethtool.byCommand(cmd, false)
      assert.ok(command, `command ${cmd}`)
      const set = sets[`ethtool${upperCamel(command.declaration.name)}Attrs`] as Set
      assert.ok(set, command.name)
      for (const index of [one, dump]) if (index !== undefined) assert.equal(disagreements(set, policies, index), [])
    }
  }))

/** Converts `module fw flash` to `ModuleFwFlash`. */
const upperCamel = (words: string) => words.replace(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase())

test.run()
