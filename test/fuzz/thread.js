// Where threads begin: they have no TypeScript of their own.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
