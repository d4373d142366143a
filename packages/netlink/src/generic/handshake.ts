import {
  attributes,
  constants,
  type Declaration,
  enumOf,
  type Infer,
  i32,
  milliseconds,
  multi,
  string,
  u32,
  writtenAs,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** HANDSHAKE_HANDLER_CLASS_*, linux/handshake.h */
export const HANDSHAKE_HANDLER_CLASS = constants('HANDSHAKE_HANDLER_CLASS', {
  NONE: 0,
  TLSHD: 1,
})

/** HANDSHAKE_MSG_TYPE_*, linux/handshake.h */
export const HANDSHAKE_MSG_TYPE = constants('HANDSHAKE_MSG_TYPE', {
  UNSPEC: 0,
  CLIENTHELLO: 1,
  SERVERHELLO: 2,
})

/** HANDSHAKE_AUTH_*, linux/handshake.h */
export const HANDSHAKE_AUTH = constants('HANDSHAKE_AUTH', {
  UNSPEC: 0,
  UNAUTH: 1,
  PSK: 2,
  X509: 3,
})

/** HANDSHAKE_A_X509_*, linux/handshake.h */
export const handshakeX509Attrs = attributes('HANDSHAKE_A_X509', {
  cert: [1, i32], // a key of the kernel's keyring
  privkey: [2, i32], // a key of the kernel's keyring
})
export interface HandshakeX509Attrs extends Infer<typeof handshakeX509Attrs> {}

/** HANDSHAKE_A_ACCEPT_*, linux/handshake.h */
export const handshakeAcceptAttrs = attributes('HANDSHAKE_A_ACCEPT', {
  sockfd: [1, i32], // an open file descriptor
  handlerClass: [2, enumOf(u32, HANDSHAKE_HANDLER_CLASS)],
  messageType: [3, enumOf(u32, HANDSHAKE_MSG_TYPE)],
  timeout: [4, writtenAs(u32, milliseconds)],
  authMode: [5, enumOf(u32, HANDSHAKE_AUTH)],
  peerIdentity: [6, multi(u32)],
  certificate: [7, multi(handshakeX509Attrs)],
  peername: [8, string],
  keyring: [9, u32],
})
export interface HandshakeAcceptAttrs extends Infer<typeof handshakeAcceptAttrs> {}

/** HANDSHAKE_A_DONE_*, linux/handshake.h */
export const handshakeDoneAttrs = attributes('HANDSHAKE_A_DONE', {
  status: [1, u32], // an errno
  sockfd: [2, i32], // an open file descriptor
  remoteAuth: [3, multi(u32)],
})
export interface HandshakeDoneAttrs extends Infer<typeof handshakeDoneAttrs> {}

/** HANDSHAKE_CMD_ACCEPT and HANDSHAKE_CMD_READY, linux/handshake.h */
export const handshakeAcceptMessage: Declaration<HandshakeAcceptMessage> = genericMessage(
  'handshake',
  named<HandshakeAcceptAttrs>(handshakeAcceptAttrs),
)
export interface HandshakeAcceptMessage extends GenericMessage<HandshakeAcceptAttrs> {}

/** HANDSHAKE_CMD_DONE, linux/handshake.h */
export const handshakeDoneMessage: Declaration<HandshakeDoneMessage> = genericMessage(
  'handshake done',
  named<HandshakeDoneAttrs>(handshakeDoneAttrs),
)
export interface HandshakeDoneMessage extends GenericMessage<HandshakeDoneAttrs> {}

/** HANDSHAKE_FAMILY_NAME, linux/handshake.h: TLS handshakes that a program performs for the kernel */
export const handshake = genericFamily('handshake', {
  version: 1,
  messages: {
    HANDSHAKE_CMD_READY: [1, handshakeAcceptMessage],
    HANDSHAKE_CMD_ACCEPT: [2, handshakeAcceptMessage],
    HANDSHAKE_CMD_DONE: [3, handshakeDoneMessage],
  },
})
