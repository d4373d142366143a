import {
  NF,
  NFT_DATA,
  NFT_OBJECT,
  NFT_SET,
  NFT_SET_POL,
  type NftChainMessage,
  type NftFlowtableMessage,
  type NftObjMessage,
  type NftSetMessage,
  type NftTableMessage,
} from '../../netfilter/index.js'
import { constructorOf, withMessage } from '../values/objects.js'
import type { SetLayout } from './compile/set.js'
import { statefulText } from './text/stateful.js'
import { type DataType, dataTypes, integerType, stringType, typeNumbered } from './types/data-types.js'
import { flowtableFlags, objectTypeName, setFlags, tableFlags } from './types/flags.js'
import { hookName, nftFamilyName } from './types/names.js'
import { textOfUserdata, UDATA } from './types/userdata.js'
import type { NftChain, NftCounter, NftFlowtable, NftMapData, NftObject, NftSet, NftTable } from './types.js'

/** Returns the words of the bits that are set. */
const wordsIn = <W extends string>(words: Readonly<Record<W, number>>, bits: number) =>
  (Object.keys(words) as W[]).filter((word) => (bits & words[word]) !== 0)

const TableObject = constructorOf<NftTable, NftTableMessage>(function ({ family, attrs }) {
  const { name, handle, flags, use, userdata, owner } = attrs
  const comment = textOfUserdata(userdata, UDATA.COMMENT)
  const program = textOfUserdata(userdata, UDATA.TABLE_PROGRAM)
  this.family = nftFamilyName(family)
  this.name = name ?? ''
  this.handle = handle ?? 0n
  this.flags = wordsIn(tableFlags, flags ?? 0)
  this.use = use ?? 0
  if (comment !== undefined) this.comment = comment
  if (owner !== undefined) this.owner = owner
  if (program !== undefined) this.program = program
})

/** Converts a message to a table. */
export const toTable = (message: NftTableMessage): NftTable => withMessage(new TableObject(message), message)

const ChainObject = constructorOf<NftChain, NftChainMessage>(function ({ family, attrs }) {
  const { table, name, handle, type, hook, policy, use, userdata } = attrs
  const devices = hook?.devs?.name ?? (hook?.dev === undefined ? undefined : [hook.dev])
  const comment = textOfUserdata(userdata, UDATA.COMMENT)
  this.family = nftFamilyName(family)
  this.table = table ?? ''
  this.name = name ?? ''
  this.handle = handle ?? 0n
  if (type !== undefined) this.type = type
  if (hook?.hooknum !== undefined) this.hook = hookName(this.family, hook.hooknum)
  if (hook?.priority !== undefined) this.priority = hook.priority
  if (policy !== undefined) this.policy = policy === NF.DROP ? 'drop' : 'accept'
  if (devices !== undefined) this.devices = devices
  if (comment !== undefined) this.comment = comment
  this.use = use ?? 0
})

/** Converts a message to a chain. */
export const toChain = (message: NftChainMessage): NftChain => withMessage(new ChainObject(message), message)

/** Returns the types that a number stands for. Numbers of other programs are integers and text of that length. */
export function typesOf(number: number, length: number): readonly DataType[] {
  const types: DataType[] = []
  for (let rest = number; rest > 0; rest >>>= 6) types.unshift(typeNumbered(rest & 63) ?? integerType(32))
  if (types.length > 1) return types
  const [only] = types
  if (only === undefined || number === dataTypes.lladdr.number) return [integerType(length * 8)]
  return number === STRING ? [stringType(length)] : number === INTEGER ? [integerType(length * 8)] : [only]
}

const INTEGER = 4
const STRING = 5

/** Returns the types of the elements of a set. */
export function layoutOf({ attrs }: NftSetMessage): SetLayout {
  const { keyType = 0, keyLen = 0, dataType = 0, dataLen = 0, flags = 0, objType } = attrs
  const isMap = (flags & NFT_SET.MAP) !== 0 && objType === undefined
  const data = dataType === NFT_DATA.VERDICT ? 'verdict' : typesOf(dataType, dataLen)
  return {
    types: typesOf(keyType, keyLen),
    interval: (flags & NFT_SET.INTERVAL) !== 0,
    ...(isMap && { data }),
  }
}

/** Returns one name, or a list for a concatenation. */
const namesOf = (types: readonly DataType[]) =>
  types.length === 1 ? (types[0] as DataType).name : types.map(({ name }) => name)

function dataOf(layout: SetLayout, objType: number | undefined): NftMapData | undefined {
  if (objType !== undefined) return objectTypeName(objType)
  return typeof layout.data === 'object' ? namesOf(layout.data) : layout.data
}

const SetObject = constructorOf<NftSet, NftSetMessage>(function (message) {
  const { family, attrs } = message
  const layout = layoutOf(message)
  const data = dataOf(layout, attrs.objType)
  const comment = textOfUserdata(attrs.userdata, UDATA.SET_COMMENT)
  this.family = nftFamilyName(family)
  this.table = attrs.table ?? ''
  this.name = attrs.name ?? ''
  this.handle = attrs.handle ?? 0n
  this.type = namesOf(layout.types)
  if (data !== undefined) this.data = data
  this.flags = wordsIn(setFlags, attrs.flags ?? 0)
  if (attrs.timeout !== undefined) this.timeout = Number(attrs.timeout)
  if (attrs.gcInterval !== undefined) this.gcInterval = attrs.gcInterval
  if (attrs.desc?.size !== undefined) this.size = attrs.desc.size
  if (attrs.policy !== undefined) this.policy = attrs.policy === NFT_SET_POL.MEMORY ? 'memory' : 'performance'
  if (comment !== undefined) this.comment = comment
})

/** Converts a message to a set or a map. */
export const toSet = (message: NftSetMessage): NftSet => withMessage(new SetObject(message), message)

/** Returns the packets and bytes of a counter. */
export const counterIn = (data: { readonly packets?: bigint; readonly bytes?: bigint } | undefined): NftCounter => ({
  packets: data?.packets ?? 0n,
  bytes: data?.bytes ?? 0n,
})

const ObjectObject = constructorOf<NftObject, NftObjMessage>(function ({ family, attrs }) {
  const { table, name, handle, type = 0, use, userdata } = attrs
  const data = attrs.data as Readonly<Record<string, bigint & number>> | undefined
  const comment = textOfUserdata(userdata, UDATA.COMMENT)
  const word = objectTypeName(type)
  this.family = nftFamilyName(family)
  this.table = table ?? ''
  this.name = name ?? ''
  this.handle = handle ?? 0n
  this.type = word
  if (comment !== undefined) this.comment = comment
  this.use = use ?? 0
  this.text = statefulText(word === 'ct count' ? 'connlimit' : word, data ?? {})
  if (type === NFT_OBJECT.COUNTER) this.counter = counterIn(data)
  if (type === NFT_OBJECT.QUOTA)
    this.quota = { bytes: data?.bytes ?? 0n, used: data?.consumed ?? 0n, over: ((data?.flags ?? 0) & 1) !== 0 }
})

/** Converts a message to an object. */
export const toObject = (message: NftObjMessage): NftObject => withMessage(new ObjectObject(message), message)

const FlowtableObject = constructorOf<NftFlowtable, NftFlowtableMessage>(function ({ family, attrs }) {
  const { table, name, handle, hook, flags } = attrs
  this.family = nftFamilyName(family)
  this.table = table ?? ''
  this.name = name ?? ''
  this.handle = handle ?? 0n
  this.hook = 'ingress'
  this.priority = hook?.priority ?? 0
  this.devices = hook?.devs?.name ?? []
  this.flags = wordsIn(flowtableFlags, flags ?? 0)
})

/** Converts a message to a flow table. */
export const toFlowtable = (message: NftFlowtableMessage): NftFlowtable =>
  withMessage(new FlowtableObject(message), message)
