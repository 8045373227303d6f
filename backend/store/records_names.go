package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// nameAll gives everybody a pseudonym and a sign-in name that nobody else has.
func nameAll(ctx context.Context, tx bun.Tx, list []care.NewRecord) error {
	var given, logins []string
	for i := range list {
		n := &list[i]
		n.Name, n.Login = strings.TrimSpace(n.Name), strings.ToLower(strings.TrimSpace(n.Login))
		if err := errors.Join(clean(n.Name, n.Login), care.Settings(n.Language, n.Theme)); err != nil {
			return err
		}
		if n.Name != "" {
			if err := care.ValidateName(n.Name); err != nil {
				return err
			}
			given = append(given, care.PseudonymKey(n.Name))
		}
		switch {
		case n.Login != "" && n.LinkOnly:
			return fault.New(fault.Invalid, "record.link-login", nil)
		case n.Login != "":
			if err := care.ValidateLogin(n.Login); err != nil {
				return err
			}
			logins = append(logins, n.Login)
		}
	}
	names, err := unused(ctx, tx, "patients", "mark", given, errPseudonym)
	if err != nil {
		return err
	}
	used, err := unused(ctx, tx, "people", "login", logins, errLogin)
	if err != nil {
		return err
	}
	if err := makeUpNames(ctx, tx, list, names); err != nil {
		return err
	}
	return makeUpLogins(ctx, tx, list, used)
}

// unused refuses values that are there already or twice in the list.
func unused(ctx context.Context, tx bun.Tx, table, column string, values []string, taken error) (map[string]bool, error) {
	used := map[string]bool{}
	for _, v := range values {
		if used[v] {
			return nil, taken
		}
		used[v] = true
	}
	there, err := othersOf(ctx, tx, table, column, values)
	if err == nil && len(there) > 0 {
		err = taken
	}
	return used, err
}

// makeUpNames finds free pseudonyms, with longer numbers where short ones get scarce.
func makeUpNames(ctx context.Context, tx bun.Tx, list []care.NewRecord, used map[string]bool) error {
	for round := 0; ; round++ {
		fresh := map[string]int{}
		for i, n := range list {
			if n.Name != "" {
				continue
			}
			name := care.NewPseudonym(rand.IntN, 2+min(round, 6)/2)
			if key := care.PseudonymKey(name); !used[key] {
				list[i].Name, used[key], fresh[key] = name, true, i
			}
		}
		keys := make([]string, 0, len(fresh))
		for key := range fresh {
			keys = append(keys, key)
		}
		there, err := othersOf(ctx, tx, "patients", "mark", keys)
		if err != nil {
			return err
		}
		for key := range there {
			list[fresh[key]].Name = ""
		}
		if !slices.ContainsFunc(list, func(n care.NewRecord) bool { return n.Name == "" }) {
			return nil
		}
		if round > 100 {
			return errPseudonym
		}
	}
}

func makeUpLogins(ctx context.Context, tx bun.Tx, list []care.NewRecord, used map[string]bool) error {
	var names []string
	for _, n := range list {
		if n.Login == "" && !n.LinkOnly {
			names = append(names, n.Name)
		}
	}
	logins, err := freeLogins(ctx, tx, names, used)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Login == "" && !list[i].LinkOnly {
			list[i].Login, logins = logins[0], logins[1:]
		}
	}
	return nil
}

// freeLogins makes a sign-in name of each pseudonym, with a number behind it where the plain one is taken.
func freeLogins(ctx context.Context, tx bun.Tx, names []string, used map[string]bool) ([]string, error) {
	logins := make([]string, len(names))
	for round := 0; ; round++ {
		left := 0
		for i, name := range names {
			if logins[i] != "" {
				continue
			}
			try := care.LoginOf(name)
			if try == "" {
				try = "patient"
			}
			if round > 0 || try == "patient" || len(try) > 55 {
				try = try[:min(len(try), 55)] + "-" + strconv.Itoa(1000+rand.IntN(99_000_000))
			}
			if !used[try] {
				logins[i], used[try] = try, true
			}
		}
		there, err := othersOf(ctx, tx, "people", "login", logins)
		if err != nil {
			return nil, err
		}
		for i := range logins {
			if logins[i] == "" || there[logins[i]] {
				logins[i] = ""
				left++
			}
		}
		if left == 0 {
			return logins, nil
		}
		if round > 100 {
			return nil, errLogin
		}
	}
}

// othersOf says which values a column has.
func othersOf(ctx context.Context, db bun.IDB, table, column string, values []string) (map[string]bool, error) {
	return others(ctx, db, table, column, values, "")
}

// others is othersOf with one row left out.
func others(ctx context.Context, db bun.IDB, table, column string, values []string, but care.PersonID) (map[string]bool, error) {
	there := map[string]bool{}
	for part := range slices.Chunk(values, batch) {
		var found []string
		q := db.NewSelect().TableExpr("?", bun.Ident(table)).ColumnExpr("?", bun.Ident(column)).Where("? IN (?)", bun.Ident(column), bun.List(part))
		if but != "" {
			q.Where("id <> ?", but)
		}
		if err := q.Scan(ctx, &found); err != nil {
			return nil, err
		}
		for _, v := range found {
			there[v] = true
		}
	}
	return there, nil
}
