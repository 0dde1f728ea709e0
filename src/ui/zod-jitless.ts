import { config } from 'zod/mini';

// A page's content security policy forbids `new Function`, which zod probes for when a schema is made.
// So this comes before the first import of a schema.
config({ jitless: true });
