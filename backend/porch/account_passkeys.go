package porch

// Passkeys is the section of the account's passkeys.
type Passkeys struct{}
