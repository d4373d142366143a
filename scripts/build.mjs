// npm run build: installs the dependencies if need be and compiles the packages.
import { build } from './lib/build.mjs'

process.exitCode = build() ? 0 : 1
