export { SpecError } from './error.js'
export { familyOfSpec, loadProtocol, loadSpec, parseSpec } from './load.js'
export { generate } from './print.js'
export { readSpec } from './read.js'
export type {
  Meaning,
  Spec,
  SpecAttribute,
  SpecEntry,
  SpecEnum,
  SpecFormat,
  SpecMember,
  SpecOperation,
  SpecSet,
  SpecStruct,
} from './types.js'
