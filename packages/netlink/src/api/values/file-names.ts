import { GROUP, type NameFile, RT_ADDRPROTOS, RT_DSFIELD, RT_PROTOS, RT_SCOPES, RT_TABLES } from './name-files.js'
import type { fileMembers } from './objects.js'

/** The name of `table` in a file of iproute2. */
export interface TableName {
  /** Name of `table` in the file `rt_tables` of iproute2, if `table` is a number there. Left out if it is a word. */
  readonly tableName?: string
}

/** The name of `protocol` in a file of iproute2. */
export interface ProtocolName {
  /** Name of `protocol` in the file `rt_protos` of iproute2, if `protocol` is a number there. */
  readonly protocolName?: string
}

/** The name of `scope` in a file of iproute2. */
export interface ScopeName {
  /** Name of `scope` in the file `rt_scopes` of iproute2, if `scope` is a number there. */
  readonly scopeName?: string
}

/** The name of `proto` in a file of iproute2. */
export interface ProtoName {
  /** Name of `proto` in the file `rt_addrprotos` of iproute2, if `proto` is a number there. */
  readonly protoName?: string
}

/** The name of `tos` in a file of iproute2. */
export interface TosName {
  /** Name of `tos` in the file `rt_dsfield` of iproute2. */
  readonly tosName?: string
}

/** The name of `group` in a file of iproute2. */
export interface GroupName {
  /** Name of `group` in the file `group` of iproute2. */
  readonly groupName?: string
}

const files = {
  ...{ table: RT_TABLES, protocol: RT_PROTOS, scope: RT_SCOPES, proto: RT_ADDRPROTOS, tos: RT_DSFIELD, group: GROUP },
} satisfies Record<(typeof fileMembers)[number], NameFile>

/** Adds the names of numbers in the files of iproute2 to objects. Each number is looked up once: a look-up checks the files. */
export function setFileNames(objects: readonly object[]): void {
  for (const [member, file] of Object.entries(files)) {
    const key = `${member}Name`
    const names = new Map<number, string | undefined>()
    for (const object of objects as readonly Record<string, unknown>[]) {
      const number = object[member]
      if (typeof number !== 'number') continue
      if (!names.has(number)) names.set(number, file.nameOf(number))
      const name = names.get(number)
      if (name !== undefined) object[key] = name
    }
  }
}
