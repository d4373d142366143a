/** Types of integers in specs. */
export const INTEGERS = ['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'uint', 'sint'] as const

/** Types of attributes, Documentation/netlink/netlink-raw.yaml. `array-nest` is the former name of `indexed-array`. */
export const ATTRIBUTE_TYPES = [
  ...INTEGERS,
  ...(['unused', 'pad', 'flag', 'binary', 'bitfield32', 'string', 'nest'] as const),
  ...(['indexed-array', 'array-nest', 'nest-type-value', 'sub-message'] as const),
] as const

export const MEMBER_TYPES = ['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'string', 'binary', 'pad'] as const

export const HINTS = ['hex', 'mac', 'fddi', 'ipv4', 'ipv6', 'ipv4-or-v6', 'uuid'] as const

/** Meaning of a number or of bytes. Attributes and members of structs have it in common. */
export interface Meaning {
  readonly byteOrder: 'big-endian' | 'little-endian' | undefined
  /** Name of an enum or of flags. */
  readonly enum: string | undefined
  /** True if the numbers of `enum` are positions of bits. */
  readonly isFlags: boolean
  readonly hint: (typeof HINTS)[number] | undefined
  /** Name of a struct. */
  readonly struct: string | undefined
}

/** An attribute, with its number. */
export interface SpecAttribute extends Meaning {
  readonly name: string
  readonly number: number
  readonly type: (typeof ATTRIBUTE_TYPES)[number]
  readonly doc: string | undefined
  /** Prefix of its kernel name, if it differs from that of the set. */
  readonly prefix: string | undefined
  readonly isMulti: boolean
  /** Name of the set in a nest. */
  readonly nested: string | undefined
  /** Type of the elements of an array. */
  readonly elements: (typeof ATTRIBUTE_TYPES)[number] | undefined
  /** Number of levels of a `nest-type-value`: their attribute types are values. */
  readonly levels: number
  readonly subMessage: string | undefined
  /** Name of the attribute, or of the header's member, that selects the format of the sub-message. */
  readonly selector: string | undefined
}

/** A set of attributes. A subset has the prefix and the numbers of the set that it is a part of. */
export interface SpecSet {
  readonly name: string
  readonly doc: string | undefined
  /** Prefix of the kernel's names: `NETDEV_A_DEV`. */
  readonly prefix: string
  readonly attributes: readonly SpecAttribute[]
}

/** A named number. For flags, the position of the bit. */
export interface SpecEntry {
  readonly name: string
  readonly number: number
  readonly doc: string | undefined
}

/** An enum, or flags. */
export interface SpecEnum {
  readonly kind: 'enum' | 'flags'
  readonly name: string
  readonly doc: string | undefined
  readonly prefix: string
  readonly entries: readonly SpecEntry[]
}

export interface SpecMember extends Meaning {
  readonly name: string
  readonly type: (typeof MEMBER_TYPES)[number]
  readonly doc: string | undefined
  /** Bytes, of a text, of bytes or of padding. */
  readonly length: number | undefined
}

export interface SpecStruct {
  readonly kind: 'struct'
  readonly name: string
  readonly doc: string | undefined
  readonly members: readonly SpecMember[]
}

/** One form of an attribute whose payload depends on another attribute. */
export interface SpecFormat {
  readonly value: string
  readonly header: string | undefined
  readonly set: string | undefined
}

/** A command or a notification. */
export interface SpecOperation {
  /** The kernel's name: `NETDEV_CMD_DEV_GET`. */
  readonly name: string
  readonly doc: string | undefined
  readonly set: string | undefined
  /** Name of the struct before the attributes. */
  readonly header: string | undefined
  /** Number of the request. Undefined for a notification. */
  readonly request: number | undefined
  /** Number of the reply or of the notification. Undefined if there is none. */
  readonly reply: number | undefined
  /** True if it reads: it has a reply, or can be dumped. */
  readonly isGet: boolean
}

/** A family or a protocol of netlink, as a YAML spec of the kernel describes it. Numbers that the spec implies are filled in. */
export interface Spec {
  readonly name: string
  readonly doc: string | undefined
  readonly protocol: 'genetlink' | 'genetlink-c' | 'genetlink-legacy' | 'netlink-raw'
  /** Number of the protocol for socket(2); only for `netlink-raw`. */
  readonly protocolNumber: number | undefined
  readonly version: number
  /** The header of the kernel with these numbers. */
  readonly header: string
  readonly enums: ReadonlyMap<string, SpecEnum>
  readonly structs: ReadonlyMap<string, SpecStruct>
  readonly sets: ReadonlyMap<string, SpecSet>
  readonly subMessages: ReadonlyMap<string, readonly SpecFormat[]>
  readonly operations: readonly SpecOperation[]
  readonly groups: readonly { readonly name: string; readonly number: number | undefined }[]
}
