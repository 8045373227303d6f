package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/post"
	"hearth/shared/api"
	"hearth/shared/care"
)

type (
	putOptOut struct {
		OfGuest
		Body api.OptOutBody
	}
	sendLinkAgain struct {
		OfGuest
		Only bool `query:"only" doc:"Links that were sent before open nothing any more."`
	}
)

func (s *Server) messageOperations(a huma.API) {
	handle(s, a, api.ListMessages, "What the guests of a visit were and are to be told, and how they are reached", s.listMessages)
	handle(s, a, api.SendLinkAgain, "Send a guest their link once more", func(ctx context.Context, who *asking, in *sendLinkAgain) (*answer[api.Message], error) {
		m, err := s.Messages.SendLinkAgain(ctx, who.Reader(), in.Visit, in.Guest, in.Only)
		if err != nil {
			return nil, err
		}
		return reply(messageOf(post.Written{Message: m})), nil
	})
	handle(s, a, api.PutOptOut, "Note that a guest wants no SMS or e-mails, or wants them again", func(ctx context.Context, who *asking, in *putOptOut) (*struct{}, error) {
		return nil, s.Messages.OptOut(ctx, who.Reader(), in.Visit, in.Guest, in.Body.Channel, in.Body.Out)
	})
	handle(s, a, api.GetPush, "What a browser needs to take notices", s.getPush)
	handle(s, a, api.PutPush, "Have this browser take notices", func(ctx context.Context, who *asking, in *body[api.PushBody]) (*struct{}, error) {
		k := care.PushKeys{Endpoint: in.Body.Endpoint, P256dh: in.Body.Keys.P256dh, Auth: in.Body.Keys.Auth}
		return nil, s.Messages.Push.Subscribe(ctx, post.Subscription{Person: who.Person.ID, Slot: string(who.Slot), Language: string(s.language(who.request, who.Person.Language))}, k)
	})
	handle(s, a, api.DeletePush, "Have this browser take no more notices", func(ctx context.Context, who *asking, in *body[api.NoPushBody]) (*struct{}, error) {
		return nil, s.Messages.Push.Unsubscribe(ctx, who.Person.ID, in.Body.Endpoint)
	})
}

// getPush says besides what the house knows of this browser: notices come to one person in it at a time.
func (s *Server) getPush(ctx context.Context, who *asking, _ *nothing) (*answer[api.Push], error) {
	who.quiet = true // pages ask whenever they open, and learn of themselves alone
	out := api.Push{Key: s.Messages.Push.Key()}
	own, here, err := s.Messages.Push.Own(ctx, who.Person.ID, string(who.Slot))
	if err != nil {
		return nil, err
	}
	out.Own, out.Here = append([]string{}, own...), here
	others, err := s.Identity.Leaving(who.request)
	for _, o := range others {
		if err == nil && o.Person.ID != who.Person.ID {
			_, theirs, unread := s.Messages.Push.Own(ctx, o.Person.ID, string(o.Slot))
			out.Taken, err = out.Taken || theirs != "", unread
		}
	}
	return reply(out), err
}

func (s *Server) listMessages(ctx context.Context, who *asking, in *OfVisit) (*answer[api.Messages], error) {
	list, ways, err := s.Messages.Messages(ctx, who.Reader(), in.Visit)
	if err != nil {
		return nil, err
	}
	out := api.Messages{Items: each(list, messageOf), Guests: each(ways, func(w post.Way) api.GuestWay {
		return api.GuestWay{Guest: w.Guest, Mobile: w.Mobile, Mail: w.Mail, Push: w.Push, SMSOff: w.SMSOff, MailOff: w.MailOff}
	})}
	return reply(out), nil
}

func messageOf(m post.Written) api.Message {
	return api.Message{ID: m.ID, Guest: m.Guest, Kind: m.Kind, Channel: m.Channel, State: m.State, Reason: m.Reason, Ends: m.Ends, Attempts: m.Attempts, Parts: m.Parts,
		Text: m.Text, Made: m.Made, Due: m.Due, Settled: moment(m.Settled)}
}
