import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { drop, findChromium, status, visits } from './browser.js';

const chromium = findChromium();
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
